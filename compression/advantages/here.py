"""Advantages that hang on no device: speed and memory as measured, and what an update of the fleet sends."""

from __future__ import annotations

from compression.advantages.advantage import Advantage, Gain, lower_is_gain, not_known
from compression.advantages.case import Case
from compression.point import METRICS
from compression.point.difference import pace

SAME_GRAPH = "The runtime computes the same graph: zeros and weights of few bits save bytes, and no time there."
WITHIN = "The two are within 5 % of each other, or within the error."
PACES: dict[str, Gain] = {
    "faster": "gain", "surely faster": "gain", "level": "none", "slower": "loss", "surely slower": "loss",
    "unknown": "unknown",
}  # fmt: skip


def speed(case: Case) -> Advantage:
    measured = case.point.measurements.get("speedup")
    found = pace(measured)
    if found is None or measured is None or measured.value is None:
        return not_known(
            "speed", "Speed", "Its time was not measured in turns with the original's."
        )
    gain = PACES[found]
    figure = METRICS["speedup"].text(measured.value, measured.low, measured.high)
    said = {
        "gain": f"{figure} as fast",
        "none": "as fast as the original",
        "loss": f"{figure} as fast",
        "unknown": "the time is not certain",
    }[gain]
    why = ""
    if gain == "none":
        why = SAME_GRAPH if case.point.graph == case.original.graph else WITHIN
    how = (
        "modelled" if measured.how == "modelled" else "timed in turns with the original, one thread"
    )
    return Advantage("speed", "Speed", gain, said, how, why)


def memory(case: Case) -> Advantage:
    after, before = (each.value("memory_bytes") for each in (case.point, case.original))
    if after is None or before is None:
        return not_known("memory", "Memory", "The memory of one of the two was not measured.")
    gain = lower_is_gain(after, before)
    return Advantage(
        "memory", "Memory", gain, _instead(after, before, gain),
        "weights as the runtime holds them and the most activations at once, counted on the graph",
        "The runtime unpacks what the file packs." if gain == "none" else "",
    )  # fmt: skip


def scale(case: Case) -> Advantage:
    """The article's word is scalability: what grows with the number of devices is what is sent to each."""
    after, before = (each.value("size_bytes") for each in (case.point, case.original))
    if after is None or before is None:
        return not_known("scale", "Scale", "The size of one of the two was not measured.")
    count, gain = case.fleet.count, lower_is_gain(after, before)
    return Advantage(
        "scale", "Scale", gain, f"an update sends {_instead(after * count, before * count, gain)}",
        f"length of the packed file times {count:,.0f} devices",
    )  # fmt: skip


def _instead(after: float, before: float, gain: Gain) -> str:
    text = METRICS["size_bytes"].text
    return text(after) if gain == "none" else f"{text(after)} instead of {text(before)}"
