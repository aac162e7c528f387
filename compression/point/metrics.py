"""The one table of metrics: what each is called, how it is written, which way is better and where it is shown.

To add one: a file in ``compression/measure`` that measures it, and a line here. Torch-free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compression.point.digits import written

Scale = Literal["log", "linear"]


@dataclass(frozen=True)
class Metric:
    """One row of METRICS; what follows ``help`` says where the metric is shown."""

    field: str
    label: str
    unit: str
    better: Literal["higher", "lower"]
    style: str
    """A name of FORMATS, or else the unit that is written behind the number."""
    help: str
    headline: int | None = None
    """Its place among the costs on the cards, in tables and among the limits; None: not among them."""
    axis: Scale | None = None
    """Its usual scale where a plot may have it as an axis; None: no plot offers it."""
    power_of_time: int = 0
    """How it follows the machine's speed of the moment: 1 like a duration, -1 like a rate, 0 not at all."""
    is_quality: bool = False
    """It says how well a model does its task, so that a data set's card may name it as its metric."""
    is_guard: bool = False
    """It is found out when somebody asks, and kept beside the point: a cost that no saving is worth beyond a limit."""
    chooses: str = ""
    """The quality in whose place it is looked at when points are chosen, measured on other examples than that."""

    def text(self, value: float | None, low: float | None = None, high: float | None = None) -> str:
        """The value as the user reads it, with its unit: ``92.0 %``, ``9.8 kB``, ``0.031 ms``.

        Three digits at most, of a percentage one decimal; fewer where its interval leaves fewer standing.
        """
        if value is None:
            return "not measured"
        spread = None if low is None or high is None or high <= low else (high - low) / 2
        if self.style in FORMATS:
            return FORMATS[self.style](value, spread)
        return f"{written(value, spread)} {self.style}"

    def interval(self, low: float | None, high: float | None) -> str:
        """Its ends with the digits that it leaves standing: ``91.8 % to 93.1 %``; empty where there is none."""
        if low is None or high is None:
            return ""
        return " to ".join(self.text(end, low, high) for end in (low, high))

    def rounded(
        self, value: float | None, low: float | None = None, high: float | None = None
    ) -> float | None:
        """The value under a head that has the unit, times ``factor``, with the digits that ``text`` would show."""
        if value is None:
            return None
        value, spread = value * self.factor, None
        if low is not None and high is not None and high > low:
            spread = self.factor * (high - low) / 2
        usual = 1 if self.style == "percent" else None
        return float(written(value, spread, usual))

    def cost(self, value: float) -> float:
        """The value with lower as better."""
        return value if self.better == "lower" else -value

    @property
    def factor(self) -> float:
        """What a value is multiplied by where a column's head or a field's label gives the unit."""
        return _PLAIN.get(self.style, (1.0, ""))[0]

    @property
    def plain_unit(self) -> str:
        """The unit of a value times ``factor``; empty for a count."""
        unit = "" if self.unit == "1" else self.unit
        return _PLAIN[self.style][1] if self.style in _PLAIN else unit

    @property
    def head(self) -> str:
        """The head of a column of values times ``factor``: ``Size (kB)``."""
        return f"{self.label} ({self.plain_unit})" if self.plain_unit else self.label


_PLAIN = {"percent": (100.0, "%"), "bytes": (1e-3, "kB")}


def _percent(value: float, spread: float | None) -> str:
    return f"{written(100 * value, None if spread is None else 100 * spread, usual=1)} %"


def _scaled(value: float, spread: float | None, unit: str) -> str:
    power = 0
    while power < len(PREFIXES) - 1 and abs(value) >= 999.5:
        value, spread = value / 1000, None if spread is None else spread / 1000
        power += 1
    return f"{written(value, spread)} {PREFIXES[power]}{unit}".strip()


PREFIXES = ("", "k", "M", "G")

FORMATS = {
    "percent": _percent,
    "count": lambda value, spread: _scaled(value, spread, ""),
    "bytes": lambda value, spread: _scaled(value, spread, "B"),
    "ratio": lambda value, spread: f"{written(value, spread)}x",
    "rate": lambda value, spread: _scaled(value, spread, "/s"),
}

METRICS: dict[str, Metric] = {
    metric.field: metric
    for metric in (
        Metric("accuracy", "Accuracy", "fraction", "higher", "percent",
               "Share of the test examples classified correctly, which have no say in what is on a front; "
               "the bar is the 95 % interval.",
               axis="linear", is_quality=True),
        Metric("accuracy_validation", "Validation accuracy", "fraction", "higher", "percent",
               "The same on the validation examples, by which points are chosen; the test set only reports.",
               chooses="accuracy"),
        Metric("parameters", "Parameters", "1", "lower", "count",
               "Numbers the model has learned, zeros left out.", axis="log"),
        Metric("macs", "Multiply-adds", "1", "lower", "count",
               "Multiply-accumulate operations for one example, zeros included.", axis="log"),
        Metric("size_bytes", "Size", "bytes", "lower", "bytes",
               "Length of the packed file that reloads to exactly this model.", headline=1, axis="log"),
        Metric("size_dense_bytes", "Dense size", "bytes", "lower", "bytes",
               "The same tensors stored as plain 32-bit floats."),
        Metric("size_zstd_bytes", "Zipped size", "bytes", "lower", "bytes",
               "Length of the packed file after zstd, a general compressor.", axis="log"),
        Metric("size_onnx_bytes", "ONNX size", "bytes", "lower", "bytes",
               "Length of the exported ONNX file, the one that is timed.", axis="log"),
        Metric("latency_ms", "Latency", "ms", "lower", "ms",
               "Median time for one example in ONNX Runtime on one thread of this machine.",
               headline=2, axis="log", power_of_time=1),
        Metric("latency_p90_ms", "Latency p90", "ms", "lower", "ms",
               "Nine of ten single-example runs are faster than this.", axis="log", power_of_time=1),
        Metric("speedup", "Speed-up", "x", "higher", "ratio",
               "Original's latency over this one's, timed in turns in the same process."),
        Metric("throughput_per_s", "Throughput", "1/s", "higher", "rate",
               "Examples per second in batches, one thread; of a sliced model with all its stages at work.",
               axis="log", power_of_time=-1),
        Metric("memory_bytes", "Memory", "bytes", "lower", "bytes",
               "Weights as the runtime holds them plus the most activations alive at once.",
               headline=4, axis="log"),
        Metric("device_bytes", "Largest device", "bytes", "lower", "bytes",
               "Length of the largest file that a device of a sliced model holds.", axis="log"),
        Metric("device_memory_bytes", "Device memory", "bytes", "lower", "bytes",
               "Memory above an idle process, of the device of a sliced model that needs most.", axis="log"),
        Metric("link_bytes", "Bytes sent", "bytes", "lower", "bytes",
               "Bytes of one example on all links between the devices of a sliced model.", axis="log"),
        Metric("macs_average", "Average multiply-adds", "1", "lower", "count",
               "Multiply-accumulate operations of a test example on average, of a sliced model with early exits.",
               axis="log"),
        Metric("travel_share", "Travel to the end", "fraction", "lower", "percent",
               "Share of the test examples that no device before the last was sure of, with early exits."),
        Metric("energy_mj", "Energy", "mJ", "lower", "mJ",
               "Energy for one example: power of one core times the latency, unless counted.",
               headline=3, axis="log", power_of_time=1),
        Metric("accuracy_deployed", "Deployed accuracy", "fraction", "higher", "percent",
               "Accuracy of the exported ONNX file, where it can't compute exactly what the recipe describes."),
        Metric("bytes_sent", "Sent in training", "bytes", "lower", "bytes",
               "All that clients sent and were sent until they had learned the model together, as encoded.",
               axis="log"),
        Metric("make_s", "Time to make", "s", "lower", "s",
               "Seconds of the processor that all steps took, training, search and calibration included.", axis="log"),
        Metric("carbon_g", "Carbon", "g", "lower", "g",
               "Grams of CO2 for a million examples on the chosen device, by the electricity of COMPACT_COUNTRY.",
               axis="log", power_of_time=1),
        Metric("cost_per_million", "Cost", "$", "lower", "$",
               "Dollars for a million examples on the chosen device: its rent by the hour, else electricity.",
               axis="log", power_of_time=1),
        Metric("epsilon", "Epsilon", "1", "lower", "count",
               "How much the model can tell of one client, as differential privacy counts it, at delta 1e-5.",
               axis="log"),
        Metric("flips", "Flipped answers", "fraction", "lower", "percent",
               "Share of the test examples that are answered otherwise than by the original, rightly or not.",
               axis="linear", is_guard=True),
        Metric("worst_class_drop", "Worst class's loss", "fraction", "lower", "percent",
               "Points of accuracy that the class loses which loses most; the bar is that class's 95 % interval.",
               axis="linear", is_guard=True),
        Metric("adversarial_accuracy", "Under attack", "fraction", "higher", "percent",
               "Share of 1,000 test examples answered right under PGD with 20 steps and epsilon 0.03, on the model "
               "itself and on the original.",
               axis="linear", is_guard=True),
        Metric("ece", "Calibration error", "fraction", "lower", "percent",
               "How far the model's certainty lies from how often it is right, on average over 15 bins of it (ECE).",
               axis="linear", is_guard=True),
        Metric("cka", "Likeness", "1", "higher", "count",
               "How alike the last layer's inputs are to the original's, from 0 to 1 (linear CKA, 500 validation "
               "examples).",
               axis="linear", is_guard=True),
    )
}  # fmt: skip
"""The only place where a metric's label, unit, format, better direction and places are written."""


def headline_costs() -> tuple[Metric, ...]:
    """The costs with a place on the cards, in their order."""
    placed = [m for m in METRICS.values() if m.headline is not None and not m.is_quality]
    return tuple(sorted(placed, key=lambda metric: metric.headline or 0))


def guards() -> tuple[Metric, ...]:
    """What is found out of a point when somebody asks, for limits: not among its own measurements."""
    return tuple(metric for metric in METRICS.values() if metric.is_guard)


def axis_costs() -> tuple[Metric, ...]:
    """The costs that a plot may have as an axis: those of the cards first."""
    drawn = [metric for metric in METRICS.values() if metric.axis and not metric.is_quality]
    cards = [metric for metric in headline_costs() if metric.axis]
    return (*cards, *(metric for metric in drawn if metric not in cards))
