"""Early exits of a sliced model: heads learn, at its cuts, to answer as the whole model does. Worker side.

The model itself stays frozen, so that its last stage answers as before, and no label is looked at (Teerapittayanon et
al., 2016, arXiv:1709.01686, train all of it with labels; Ghanathe and Wilton, 2022, arXiv:2207.06613, save 31.6 % of
ResNet-8's multiply-adds so for one point of accuracy). The control learns from labels in the same number of updates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compression.deploy.runtime import open_session
from compression.deploy.slicing.heads import ExitPoint
from compression.errors import UsageError
from compression.models.compressed import fold_module
from compression.models.exits import exit_heads
from compression.training import loop
from compression.training.data import Training
from compression.training.losses import divergence
from compression.training.plan import TrainingPlan

EPOCHS, BATCH, LEARNING_RATE = 4, 64, 5e-3
"""Chosen on validation images of fashion-mnist's ResNet-8; twice the epochs save 3 % more."""
SHOWN = 500
"""Validation examples of the live curve: it is looked at, and decides nothing."""


def train_exits(
    model: bytes,
    points: Sequence[ExitPoint],
    training: Training,
    *,
    classes: int,
    seed: int,
    threshold: float,
    by_labels: bool = False,
) -> nn.ModuleList:
    """Folded heads for these points of a deployed graph; UsageError where the training fails.

    ``threshold`` is that of the live curve alone: of the accuracy with exits, which decides nothing.
    """
    known = training.load()
    data = replace(
        known,
        validation_inputs=known.validation_inputs[:SHOWN],
        validation_labels=known.validation_labels[:SHOWN],
        channels_last=False,
        bfloat16=False,
    )
    torch.manual_seed(seed)
    heads = exit_heads([point.of for point in points], classes)
    watched = _Watched(model, [point.tensor for point in points])
    trained = loop.train(
        _Exiting(heads, watched, threshold),
        data,
        loss=_label_loss if by_labels else _answer_loss,
        plan=TrainingPlan(
            epochs=EPOCHS, learning_rate=LEARNING_RATE, batch_size=BATCH, weight_decay=1e-4, keep="last"
        ),
        seed=seed,
        report=training.report,
        checkpoint=training.checkpoint,
    )  # fmt: skip
    if trained.stopped == "diverged":
        raise UsageError(f"The early exits could not be trained: {trained.reason}")
    assert isinstance(trained.module, _Exiting)
    folded, _ = fold_module(trained.module.heads)
    assert isinstance(folded, nn.ModuleList)
    return folded.eval().requires_grad_(False)


class _Watched:
    """A frozen deployed graph that also shows what passes its cuts; copies of a module share it."""

    def __init__(self, model: bytes, tensors: Sequence[str]) -> None:
        shown = onnx.load_from_string(model)
        self._outputs = [*tensors, shown.graph.output[0].name]
        shown.graph.output.extend(onnx.ValueInfoProto(name=name) for name in tensors)
        self._session = open_session(shown.SerializeToString())
        self._input = shown.graph.input[0].name

    def __deepcopy__(self, memo: object) -> _Watched:
        return self

    def __call__(self, inputs: Tensor) -> list[Tensor]:
        """The activations at each cut, then the model's logits."""
        feed = {self._input: inputs.contiguous().numpy()}
        return [torch.from_numpy(values) for values in self._session.run(self._outputs, feed)]


class _Exiting(nn.Module):
    """Heads on a frozen model: the logits of the first one that is sure, else the model's own."""

    def __init__(self, heads: nn.ModuleList, watched: _Watched, threshold: float) -> None:
        super().__init__()
        self.heads, self.watched, self.threshold = heads, watched, threshold

    def all_logits(self, inputs: Tensor) -> tuple[list[Tensor], Tensor]:
        *activations, answers = self.watched(inputs)
        return [head(each) for head, each in zip(self.heads, activations, strict=True)], answers

    def forward(self, inputs: Tensor) -> Tensor:
        by_head, answers = self.all_logits(inputs)
        for logits in reversed(by_head):
            sure = logits.softmax(1).amax(1, keepdim=True) > self.threshold
            answers = torch.where(sure, logits, answers)
        return answers


def _answer_loss(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
    assert isinstance(module, _Exiting)
    by_head, answers = module.all_logits(inputs)
    return torch.stack([divergence(logits, answers) for logits in by_head]).sum()


def _label_loss(module: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
    assert isinstance(module, _Exiting)
    by_head, _ = module.all_logits(inputs)
    return torch.stack([F.cross_entropy(logits, labels) for logits in by_head]).sum()
