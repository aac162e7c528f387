"""What teachers say of every view of every example: asked once, kept by content in memory and on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.home import home
from compression.techniques.distillation.examples import Examples
from compression.techniques.distillation.features import Features, Wanted, features
from compression.techniques.shared.remembered import Remembered, content_key
from compression.training.checkpoints import Checkpoint, Saved
from compression.training.processor import one_thread

BATCH = 250
_ANSWERS: Remembered[Features] = Remembered(limit_bytes=128 * 2**20)


@dataclass(frozen=True, eq=False)
class Answers:
    """Of each teacher, for all views: logits [views, classes] and the features that were asked for."""

    teachers: tuple[Features, ...]

    def softened(self, temperature: float) -> Tensor:
        """The logarithm of the mean of the teachers' softened answers, [views, classes]."""
        each = [F.softmax(t.logits / temperature, dim=1) for t in self.teachers]
        return torch.stack(each).mean(0).clamp_min(torch.finfo(torch.float32).tiny).log()


def ask(
    teachers: Sequence[nn.Module],
    examples: Examples,
    wanted: Wanted = "logits",
    tell: Callable[[], object] = lambda: None,
) -> Answers:
    """The teachers' answers for all views; ``tell`` is called now and then, and may raise."""
    views = content_key([examples.inputs], examples.mirror is not None)
    return Answers(tuple(_of_one(teacher, examples, wanted, views, tell) for teacher in teachers))


def _of_one(
    teacher: nn.Module, examples: Examples, wanted: Wanted, views: str, tell: Callable[[], object]
) -> Features:
    key = content_key(teacher.state_dict().values(), repr(teacher), wanted, views)
    if (known := _ANSWERS.get(key)) is not None:
        return known
    file = Checkpoint(key, home() / "answers")
    saved = file.read()
    if saved is not None:
        answers = Features(**saved.tensors)
    else:
        answers = fresh(teacher, examples, wanted, tell)
        file.write(Saved(answers.tensors()))
    return _ANSWERS.put(key, answers, answers.size_bytes)


@torch.no_grad()
def fresh(
    teacher: nn.Module,
    examples: Examples,
    wanted: Wanted = "logits",
    tell: Callable[[], object] = lambda: None,
) -> Features:
    """One teacher's answers, in batches of fixed size so that they are always the same."""
    parts = []
    with one_thread():
        for views in torch.arange(examples.views).split(BATCH):
            parts.append(features(teacher.eval(), _laid_out(examples.look(views)), wanted))
            tell()
    return Features.joined(parts)


def _laid_out(inputs: Tensor) -> Tensor:
    """Convolutions are faster so."""
    return inputs.contiguous(memory_format=torch.channels_last) if inputs.ndim == 4 else inputs
