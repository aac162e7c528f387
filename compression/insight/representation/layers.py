"""What the layers of a network make of some examples, as Gram matrices, which networks of any width share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from compression.insight.representation.similarity import Matrix, gram

LAYERS = (nn.Conv1d, nn.Conv2d, nn.Linear, nn.GRU)
BATCH_SIZE = 128


@dataclass(frozen=True, eq=False)
class Views:
    """By the name of each layer with weights, as they run, the Gram matrix of its outputs; ``hidden`` is that of what
    the last of them is given: all that the answer is made of."""

    by_layer: Mapping[str, Matrix]
    hidden: Matrix


@torch.no_grad()
def views(module: nn.Module, inputs: NDArray[np.float32]) -> Views:
    """Of a module in evaluation mode, over examples [N, ...]."""
    outputs: dict[str, list[Tensor]] = {}
    hidden: list[Tensor] = []
    now: dict[str, Tensor] = {}
    given: Tensor = torch.empty(0)

    def hook(name: str) -> Any:
        def look(_layer: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
            nonlocal given
            given = inputs[0]
            now[name] = output[0] if isinstance(output, tuple) else output

        return look

    children = [(name, child) for name, child in module.named_modules()]
    handles = [
        child.register_forward_hook(hook(name))
        for name, child in children
        if isinstance(child, LAYERS)
    ]
    try:
        for part in torch.from_numpy(inputs).split(BATCH_SIZE):
            now.clear()
            module(part)
            hidden.append(_flat(given))
            for name, output in now.items():
                outputs.setdefault(name, []).append(_flat(output))
    finally:
        for handle in handles:
            handle.remove()
    by_layer = {name: gram(torch.cat(parts).numpy()) for name, parts in outputs.items()}
    return Views(by_layer, gram(torch.cat(hidden).numpy()))


def _flat(values: Tensor) -> Tensor:
    return values.detach().float().flatten(1)
