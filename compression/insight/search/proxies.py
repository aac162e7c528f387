"""What can be said of an architecture without training it: synflow and naswot, the baselines of every search.

synflow: Tanaka et al., 2020, arXiv:2006.05467, summed over the network as by Abdelfattah et al., 2021,
arXiv:2101.08134. naswot: Mellor et al., 2021, arXiv:2006.04647.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from compression.errors import UsageError
from compression.insight.search.architecture import as_new, member
from compression.recipe import recipe_from_dict, shaping
from compression.subjects import Subject

INPUTS, SEEDS = 64, (0, 1, 2)
MOST = 64
"""Architectures of one question: the worker is then free for others."""

JITTER = 1e-3
"""Added to the diagonal: two inputs of one code would else make the determinant nothing."""

RECTIFIERS = {"relu", "relu_", "relu6", "hardtanh"}


def search_proxies(subject: Subject, recipes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each recipe's architecture, the mean of three draws of its weights; None where there is no such figure."""
    if len(recipes) > MOST:
        raise UsageError(
            f"{len(recipes)} architectures are too many for one question: ask for {MOST} at most."
        )
    inputs = subject.calibration_for(0, INPUTS)
    found: dict[str, dict[str, float | None]] = {}
    answers = []
    for each in recipes:
        architecture = shaping(recipe_from_dict(each))
        if architecture.key not in found:
            found[architecture.key] = scores(member(subject, architecture), inputs)
        answers.append({**found[architecture.key], "architecture": architecture.key})
    return answers


def scores(module: nn.Module, inputs: Tensor) -> dict[str, float | None]:
    """Both figures of a module, whatever its weights are."""
    new = [as_new(module, seed).eval() for seed in SEEDS]
    return {
        "synflow": _mean([synflow(each, inputs.shape[1:]) for each in new]),
        "naswot": _mean([naswot(each, inputs) for each in new]),
    }


def synflow(module: nn.Module, shape: Sequence[int]) -> float | None:
    """log10 of the sum over weights of weight times gradient, all weights positive, for an input of ones.

    Changes the module.
    """
    module.double()
    with torch.no_grad():
        for value in module.parameters():
            value.abs_()
    module.zero_grad()
    total = module(torch.ones(1, *shape, dtype=torch.float64)).sum()
    total.backward()
    flow = sum(
        float((value.detach() * value.grad).abs().sum())
        for value in module.parameters()
        if value.grad is not None
    )
    return math.log10(flow) if 0 < flow < math.inf else None


@torch.no_grad()
def naswot(module: nn.Module, inputs: Tensor) -> float | None:
    """log of the determinant of how alike the inputs' codes are: which rectifiers each of them opens.

    None for a network without any.
    """
    with _Codes() as seen:
        module.float()(inputs)
    if not seen.codes:
        return None
    codes = torch.cat([code.flatten(1) for code in seen.codes], dim=1).double()
    alike = codes @ codes.T + (1 - codes) @ (1 - codes).T
    alike += JITTER * torch.eye(len(inputs), dtype=torch.float64)
    return float(torch.linalg.slogdet(alike).logabsdet)


class _Codes(TorchFunctionMode):
    """Sees each rectifier's output, whether it is a layer or a function."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[Tensor] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        answer = func(*args, **(kwargs or {}))
        if getattr(func, "__name__", "") in RECTIFIERS:
            self.codes.append(answer > 0)
        return answer


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if len(known) == len(values) else None
