"""How long a model takes on a device, from what its layers do; always modelled, with an interval.

On a microcontroller time is counted in multiply-adds: those there are, ELEMENT more for each number that is written,
and LAYER more for each layer, over the device's rate. These two are the least absolute deviations over all results of
microcontrollers in MLPerf Tiny (Banbury et al., 2021, arXiv:2106.07597; `published.py`, where a test finds them again).
An accelerator is bound by its rate or its memory, and each layer costs a start besides.
"""

from __future__ import annotations

from dataclasses import dataclass

from compression.devices.device import Basis, Device, Kind
from compression.point.work import WIDTHS, Work

ELEMENT, LAYER = 30.0, 22_000.0
"""Multiply-adds that a number written and a layer are worth on a microcontroller."""

SPREAD: dict[tuple[Kind, Basis], tuple[float, float]] = {
    ("microcontroller", "measured"): (0.65, 1.33),
    ("microcontroller", "borrowed"): (0.45, 2.2),
    ("microcontroller", "assumed"): (0.33, 3.0),
    ("accelerator", "measured"): (0.5, 2.0),
    ("accelerator", "borrowed"): (0.4, 2.5),
    ("accelerator", "assumed"): (0.25, 4.0),
}
"""Between which multiples of the modelled time the true one lies in 9 of 10 cases. The first two are those of held-out
chips in MLPerf Tiny (`published.py`); an accelerator's those of its four published networks at most; the rest is a
judgement."""


@dataclass(frozen=True)
class Modelled:
    """A modelled figure and its 90 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float, low: float = 1.0, high: float = 1.0) -> Modelled:
        """The figure times a factor that is itself only known within its multiples ``low`` to ``high``."""
        return Modelled(self.value * factor, self.low * factor * low, self.high * factor * high)


def equivalent_macs(
    macs: float, outputs: float, layers: float, *, element: float = ELEMENT, layer: float = LAYER
) -> float:
    """The multiply-adds that a network is worth on a microcontroller."""
    return macs + element * outputs + layer * layers


def latency_s(work: Work, device: Device, number_format: str) -> Modelled:
    """Seconds for one example in that format, which the device must have a rate for."""
    rate = device.rates[number_format]
    if device.kind == "microcontroller":
        seconds = equivalent_macs(work.macs, work.output_elements, len(work.layers)) / rate.value
    else:
        start = device.layer_s.value if device.layer_s else 0.0
        bandwidth = device.bandwidth_bytes_per_s
        moved = moved_bytes(work, number_format) / bandwidth.value if bandwidth else 0.0
        seconds = max(work.macs / rate.value, moved) + len(work.layers) * start
    if device.scaled is None:
        low, high = SPREAD[device.kind, rate.basis]
    else:
        seconds *= device.scaled.value
        low, high = SPREAD[device.kind, "measured"]
    return Modelled(seconds, seconds * low, seconds * high)


def moved_bytes(work: Work, number_format: str) -> float:
    """Weights once, and what layers read and write."""
    activations = sum(layer.inputs + layer.outputs for layer in work.layers)
    return work.weight_bytes(number_format) + activations * WIDTHS[number_format]
