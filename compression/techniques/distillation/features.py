"""What can be compared of two networks besides their answers: where they look, and their last features."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

Wanted = Literal["logits", "embedding", "maps"]

SIGNAL_PLACES, IMAGE_PLACES = 16, (7, 7)
"""Places in which attention is compared, along signals and on images: maps of other sizes are averaged to these."""


@dataclass(frozen=True, eq=False)
class Features:
    """Logits [B, classes]; the classifier's inputs [B, width]; attention maps [B, stages, places]."""

    logits: Tensor
    embedding: Tensor | None = None
    maps: Tensor | None = None

    @classmethod
    def joined(cls, parts: Sequence[Features]) -> Features:
        """Those of all parts' examples."""
        each = [part.tensors() for part in parts]
        return cls(**{name: torch.cat([tensors[name] for tensors in each]) for name in each[0]})

    def tensors(self) -> dict[str, Tensor]:
        return {name: value for name, value in vars(self).items() if value is not None}

    @property
    def size_bytes(self) -> int:
        return sum(4 * value.numel() for value in self.tensors().values())

    def of(self, views: Tensor) -> Features:
        """Those of some examples."""
        return Features(**{name: value[views] for name, value in self.tensors().items()})


def features(module: nn.Module, inputs: Tensor, wanted: Wanted = "logits") -> Features:
    """A module's answers with what else is wanted."""
    if wanted == "embedding":
        return _with_embedding(module, inputs)
    if wanted == "maps":
        with _Activations() as activations:
            logits = module(inputs)
        return Features(logits, maps=attention(activations.seen))
    return Features(module(inputs))


def attention(activations: list[Tensor]) -> Tensor | None:
    """The last activation of each size as an attention map [B, stages, places], each of unit length.

    A map is the mean of squares over channels (Zagoruyko & Komodakis, 2017, arXiv:1612.03928), so that it
    needs as many channels nowhere. None where nothing has a place.
    """
    last = {tuple(a.shape[2:]): a for a in activations if a.ndim in (3, 4)}
    rows = [F.normalize(_pooled(a.square().mean(1)).flatten(1), dim=1) for a in last.values()]
    return torch.stack(rows, dim=1) if rows else None


def _pooled(maps: Tensor) -> Tensor:
    """Maps [B, *size] in few places."""
    if maps.ndim == 2:
        return F.adaptive_avg_pool1d(maps, SIGNAL_PLACES)
    return F.adaptive_avg_pool2d(maps, IMAGE_PLACES)


def _with_embedding(module: nn.Module, inputs: Tensor) -> Features:
    classifier = [child for child in module.modules() if isinstance(child, nn.Linear)][-1]
    seen: list[Tensor] = []
    hook = classifier.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    try:
        logits = module(inputs)
    finally:
        hook.remove()
    return Features(logits, embedding=seen[-1])


class _Activations(TorchFunctionMode):
    """Notes what comes out of every ReLU, however the module calls it: also after a shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if func in (torch.relu, F.relu):
            self.seen.append(result)
        return result
