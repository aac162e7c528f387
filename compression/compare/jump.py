"""Why figures jump between two points: one sentence, and the causes in their order. Pure text, each number measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from compression.compare.changes import Effect, effects
from compression.compare.layers import LayerRow, layer_rows
from compression.point import METRICS, Metric, Point, quality_of
from compression.point.difference import Difference, difference
from compression.point.digits import written

SHOWN = 3
"""Causes of a kind."""


@dataclass(frozen=True)
class Cause:
    kind: Literal["setting", "layer", "class"]
    text: str


@dataclass(frozen=True)
class Jump:
    sentence: str
    causes: tuple[Cause, ...]
    """Settings by what they do, then layers and classes by how much they changed."""


def explain(
    before: Point,
    after: Point,
    known: Mapping[str, Point],
    changed: Mapping[str, Any] | None = None,
) -> Jump:
    """From one point to another. ``known`` are points by key, in which a change may stand alone.

    ``changed`` is the answer to the question ``changes`` about ``after`` beside ``before``, if somebody asked.
    """
    if before.key == after.key:
        return Jump("Both are the same recipe.", ())
    metric = quality_of(after.recipe.model)
    found = effects(before, after, known)
    layers = _layers(before, after, changed)
    classes = [] if changed is None else _classes(changed)
    parts = [f"{_figures(metric, before, after)}{_because(metric, found)}"]
    if layers:
        parts.append(f"{layers[0].partition(' (')[0]} changed most")
    if classes:
        parts.append(f"{classes[0]} lost most")
    elif changed is not None:
        parts.append("no class clearly lost")
    causes = (
        *(Cause("setting", _effect(metric, effect)) for effect in found),
        *(Cause("layer", text) for text in layers),
        *(Cause("class", text) for text in classes),
    )
    return Jump(f"{'; '.join(parts)}.", causes)


def _figures(metric: Metric, before: Point, after: Point) -> str:
    change = difference(after.measurements.get(metric.field), before.measurements.get(metric.field))
    size, was = after.value("size_bytes"), before.value("size_bytes")
    name = metric.label
    if change is None:
        first = f"{name} is not known of both"
    elif change.is_known and not change.is_clear:
        first = f"{name} stays within the error"
    elif change.value == 0:
        first = f"{name} is the same"
    else:
        doubt = "" if change.is_known else " (not certain)"
        way = "rises" if change.value > 0 else "falls"
        first = f"{name} {way} by {amount(metric, change)}{doubt}"
    return first if not size or not was else f"{first} and the file {_file(size / was)}"


def _file(factor: float) -> str:
    return "keeps its size" if factor == 1 else f"becomes {times(factor)}"


def times(factor: float) -> str:
    """A factor of size in words: ``1.9x smaller``, ``3 % larger``."""
    if factor == 1:
        return "the same size"
    way, by = ("smaller", 1 / factor) if factor < 1 else ("larger", factor)
    if by >= 1.05:
        return f"{by:.0f}x {way}" if by >= 9.95 else f"{by:.1f}x {way}"
    return f"{100 * abs(factor - 1):.2g} % {way}"


def amount(metric: Metric, change: Difference) -> str:
    """A difference without its sign: ``3.1 points``."""
    size, spread = abs(change.value), change.spread
    if metric.style != "percent":
        return metric.text(size)
    return f"{written(100 * size, None if spread is None else 100 * spread, usual=1)} points"


def _because(metric: Metric, found: Sequence[Effect]) -> str:
    if not found:
        return ""
    first, *rest = found
    if first.how == "only":
        return f", all by {first.change.words}"
    told = [effect for effect in found if effect.how]
    if not told:
        return f": {len(found)} settings differ, and none of them was measured alone"
    second = f", then by {told[1].change.words}: {_done(metric, told[1])}" if len(told) > 1 else ""
    return f", most by {first.change.words}: {_done(metric, first)}{second}"


def _effect(metric: Metric, effect: Effect) -> str:
    if not effect.how:
        return f"{_first_upper(effect.change.words)}: not measured alone"
    return f"{_first_upper(effect.change.words)}: {_done(metric, effect)}"


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _done(metric: Metric, effect: Effect) -> str:
    """``alone 3.1 points lower and 1.9x smaller``."""
    where = {"only": "", "alone": "alone ", "last": "on top of the others "}[effect.how]
    change = effect.quality
    parts = []
    if change is not None and change.is_known and not change.is_clear:
        parts.append("within the error")
    elif change is not None:
        way = "higher" if change.value > 0 else "lower"
        parts.append(f"{amount(metric, change)} {way}" if change.value else "no change")
    if effect.size is not None:
        parts.append(times(effect.size))
    return where + " and ".join(parts)


def _layers(before: Point, after: Point, changed: Mapping[str, Any] | None) -> list[str]:
    """Those that are seen most unlike, where that was asked; else those whose bytes moved most."""
    rows = {row.name: row for row in layer_rows((before, after)) if row.differs}
    likeness = {} if changed is None else {row["name"]: row["cka"] for row in changed["layers"]}
    ranked = sorted(
        rows.values(), key=lambda row: (likeness.get(row.name, 2.0 if likeness else 0), -row.moved)
    )
    return [_layer(row, likeness.get(row.name)) for row in ranked[:SHOWN]]


def _layer(row: LayerRow, likeness: float | None) -> str:
    one, other = row.cells
    parts = []
    if one is None or other is None:
        parts.append("only in one of them")
    else:
        if one.bits != other.bits:
            parts.append(f"{one.bits:.3g} → {other.bits:.3g} bits")
        if abs(one.sparsity - other.sparsity) >= 0.005:
            parts.append(f"{100 * one.sparsity:.0f} → {100 * other.sparsity:.0f} % zeros")
        if one.width != other.width:
            parts.append(f"{one.width} → {other.width} outputs")
        if one.bytes != other.bytes:
            text = METRICS["size_bytes"].text
            parts.append(f"{text(one.bytes)} → {text(other.bytes)}")
    if likeness is not None:
        parts.append(f"likeness {likeness:.2f}")
    return f"{row.name} ({', '.join(parts)})" if parts else row.name


def _classes(changed: Mapping[str, Any]) -> list[str]:
    """Those that lost beyond their interval, the largest loss first."""
    pairs = zip(changed["classes"], changed["by_class"], strict=True)
    lost = [(row["change"], name) for name, row in pairs if row["counted"] and row["high"] < 0]
    return [f"{name} ({written(-100 * change, None, 1)} points)" for change, name in sorted(lost)][
        :SHOWN
    ]
