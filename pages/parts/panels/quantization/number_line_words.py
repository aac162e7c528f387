"""A grid in words: what a weight is stored as, and what that loses. Pure text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def describe_grid(answer: Mapping[str, Any]) -> str:
    """One or two sentences on the answer to ``weights``."""
    return f"{_rule(answer)}.{_noise(answer)}"


def describe_formats(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which of the two formats suits the layer, and why."""
    floats = [row["bits"] for row in rows if row["float_db"] > row["int_db"] + 0.05]
    if not floats:
        return "Whole numbers lose less at every width: few of these weights lie far out."
    listed = ", ".join(map(str, floats))
    return (
        f"Floats lose less at {listed} bits: their levels crowd near zero, where most weights are. "
        "The label is the best float: E exponent, M mantissa bits."
    )


def _rule(answer: Mapping[str, Any]) -> str:
    count = f"{answer['level_count']:,}"
    if answer["kind"] == "codebook":
        return (
            f"A weight is one of the **{count} entries** of this layer's codebook{_times(answer)}"
        )
    if answer["kind"] == "float":
        name = f"E{answer['exponent']}M{answer['mantissa']}"
        plain = ", unscaled" if answer["stored"] == "one" else _times(answer)
        return f"A weight is one of **{count} floats {name}**{plain}"
    shift = ""
    if answer["shifted"]:
        shift = (
            ", less a zero point,"
            if answer["zero"] is None
            else f", less the zero point **{answer['zero']:g}**,"
        )
    return f"A weight is one of **{count} whole numbers**{shift}{_times(answer)}"


def _times(answer: Mapping[str, Any]) -> str:
    if answer["stored"] == "one":
        return ""
    low, high = answer["scale"]
    whose = "the layer's" if answer["shared"] else "its channel's"
    if answer["group"]:
        whose = f"its group of {answer['group']} weights'"
    kind = "scale, a power of two," if answer["stored"] == "exponent" else "scale"
    size = f"**{low:.3g}**" if low == high else f"**{low:.3g}** to **{high:.3g}**"
    return f" times {whose} {kind} {size}"


def _noise(answer: Mapping[str, Any]) -> str:
    here, layer = answer["sqnr_db"], answer["layer_sqnr_db"]
    if layer is None:
        return " Nothing is lost."
    if here is None or abs(here - layer) < 1e-6:
        return f" Rounding noise is **{layer:.1f} dB** below the weights."
    return f" Rounding noise is **{here:.1f} dB** below these weights, {layer:.1f} dB in the whole layer."
