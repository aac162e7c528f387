"""A point is what was measured: a recipe, its measurements and the machine they were made on. Torch-free.

Third word of the sentence ``Recipe -> engine -> Point -> store -> front -> page``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from compression.recipe import Recipe

How = Literal["measured", "modelled", "bundled"]


class Measurement(BaseModel):
    """A value, its unit and spread, and how it was obtained. A value of None was not measured."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float | None
    unit: str
    how: How
    low: float | None = None
    high: float | None = None
    n: int | None = None
    note: str = ""


class Environment(BaseModel):
    """The conditions without which a number can't be compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    machine: str
    cores: int
    threads: int
    load: float | None = None
    python: str
    versions: Mapping[str, str] = Field(default_factory=dict)


class StoredTensor(BaseModel):
    """How one tensor of the packed file is stored: a row of the layer table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    shape: tuple[int, ...]
    values: int
    nonzero: int
    bits: float
    """Of one value when packed densely: 1.6 for ternary, five in a byte."""
    layout: str
    """A name of `compression/encoding/layouts.py`."""
    bytes: int
    format: str = ""
    """The number format in a word; points of earlier versions don't say."""


class Point(BaseModel):
    """One measured recipe: one row of the store, one dot on the plots."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: Recipe
    measurements: Mapping[str, Measurement]
    environment: Environment
    created: datetime = Field(default_factory=lambda: datetime.now(timezone.utc))
    stage: Literal["estimate", "full"] = "full"
    origin: Literal["here", "bundled"] = "here"
    layers: tuple[StoredTensor, ...] = ()
    artifact: str | None = None
    """Digest of the packed file in the artifact folder of the machine that measured; None if unkept."""

    @field_validator("measurements")
    @classmethod
    def _known_metrics(cls, measurements: Mapping[str, Measurement]) -> Mapping[str, Measurement]:
        for name in measurements:
            if name not in METRICS:
                raise ValueError(f"unknown metric {name}; METRICS lists those there are")
        return dict(measurements)

    @property
    def key(self) -> str:
        return self.recipe.key

    def value(self, metric: str) -> float | None:
        measurement = self.measurements.get(metric)
        return None if measurement is None else measurement.value

    def as_bundled(self) -> Point:
        """The same point marked as measured elsewhere and shipped with the project."""
        marked = {
            name: m.model_copy(update={"how": "bundled"}) if m.how == "measured" else m
            for name, m in self.measurements.items()
        }
        return self.model_copy(
            update={"measurements": marked, "origin": "bundled", "artifact": None}
        )


@dataclass(frozen=True)
class Metric:
    """One row of METRICS: what a measurement is called, its unit, and which way is better."""

    field: str
    label: str
    unit: str
    better: Literal["higher", "lower"]
    style: Literal["percent", "count", "bytes", "ms", "mJ", "ratio", "rate"]
    help: str

    def text(self, value: float | None) -> str:
        """The value as the user reads it, with its unit: ``92.0 %``, ``9.8 kB``, ``0.031 ms``."""
        return "not measured" if value is None else FORMATS[self.style](value)


def _scaled(value: float, unit: str, prefixes: tuple[str, ...]) -> str:
    for prefix in prefixes[:-1]:
        if abs(value) < 999.5:
            return f"{_three_digits(value)} {prefix}{unit}"
        value /= 1000
    return f"{_three_digits(value)} {prefixes[-1]}{unit}"


def _three_digits(value: float) -> str:
    if abs(value) >= 99.95 or value == int(value):
        return f"{value:.0f}"
    if abs(value) >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.995 else f"{value:.3g}"


FORMATS = {
    "percent": lambda value: f"{100 * value:.1f} %",
    "count": lambda value: _scaled(value, "", ("", "k", "M", "G")).strip(),
    "bytes": lambda value: _scaled(value, "B", ("", "k", "M", "G")),
    "ms": lambda value: f"{_three_digits(value)} ms",
    "mJ": lambda value: f"{_three_digits(value)} mJ",
    "ratio": lambda value: f"{_three_digits(value)}x",
    "rate": lambda value: _scaled(value, "/s", ("", "k", "M", "G")),
}

METRICS: dict[str, Metric] = {
    metric.field: metric
    for metric in (
        Metric("accuracy", "Accuracy", "fraction", "higher", "percent",
               "Share of the test examples classified correctly; the bar is the 95 % interval."),
        Metric("parameters", "Parameters", "1", "lower", "count",
               "Numbers the model has learned, zeros left out."),
        Metric("macs", "Multiply-adds", "1", "lower", "count",
               "Multiply-accumulate operations for one example, zeros included."),
        Metric("size_bytes", "Size", "bytes", "lower", "bytes",
               "Length of the packed file that reloads to exactly this model."),
        Metric("size_dense_bytes", "Dense size", "bytes", "lower", "bytes",
               "The same tensors stored as plain 32-bit floats."),
        Metric("size_zstd_bytes", "Zipped size", "bytes", "lower", "bytes",
               "Length of the packed file after zstd, a general compressor."),
        Metric("size_onnx_bytes", "ONNX size", "bytes", "lower", "bytes",
               "Length of the exported ONNX file, the one that is timed."),
        Metric("latency_ms", "Latency", "ms", "lower", "ms",
               "Median time for one example in ONNX Runtime on one thread of this machine."),
        Metric("latency_p90_ms", "Latency p90", "ms", "lower", "ms",
               "Nine of ten single-example runs are faster than this."),
        Metric("speedup", "Speed-up", "x", "higher", "ratio",
               "Original's latency over this one's, timed in turns in the same process."),
        Metric("throughput_per_s", "Throughput", "1/s", "higher", "rate",
               "Examples per second in batches, one thread."),
        Metric("memory_bytes", "Memory", "bytes", "lower", "bytes",
               "Weights as the runtime holds them plus the most activations alive at once."),
        Metric("energy_mj", "Energy", "mJ", "lower", "mJ",
               "Energy for one example: power of one core times the latency, unless counted."),
        Metric("accuracy_deployed", "Deployed accuracy", "fraction", "higher", "percent",
               "Accuracy of the exported ONNX file, where it can't compute exactly what the recipe describes."),
    )
}  # fmt: skip
"""The only place where a metric's label, unit, format and better direction are written."""
