"""The metrics that a comparison with the original tells, as measurements that stand beside a point's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compression.insight.representation.changed_answers import worst_class
from compression.point import Measurement


def figures(answers: Mapping[str, Any], ece: float, hidden_cka: float) -> dict[str, Any]:
    """By metric, from `compared` answers; each interval is that of its own examples."""
    flipped, count = answers["flipped"], answers["counted"]
    worst = answers["by_class"][worst_class(answers["by_class"])]
    measured = {
        "flips": Measurement(
            value=flipped["value"], low=flipped["low"], high=flipped["high"], n=count,
            unit="fraction", how="measured",
        ),
        "worst_class_drop": Measurement(
            value=-worst["change"], low=-worst["high"], high=-worst["low"], n=worst["counted"],
            unit="fraction", how="measured",
        ),
        "ece": Measurement(value=ece, n=count, unit="fraction", how="measured"),
        "cka": Measurement(value=hidden_cka, unit="1", how="measured"),
    }  # fmt: skip
    return {name: each.model_dump(exclude_defaults=True) for name, each in measured.items()}
