"""A point is what was measured: a recipe, its measurements and the machine they were made on. Torch-free.

Third word of the sentence ``Recipe -> engine -> Point -> store -> front -> page``.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from compression.point.html import Figure, StoredPart, point_html
from compression.point.metrics import METRICS
from compression.point.quality import quality_of
from compression.point.shown import bytes_in
from compression.point.table import Row, as_frame
from compression.point.work import work_in
from compression.recipe import Recipe, format_step

if TYPE_CHECKING:
    import pandas

How = Literal["measured", "modelled", "bundled", "elsewhere"]


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
    origin: Literal["here", "bundled", "elsewhere"] = "here"
    source: str = ""
    """Who measured it, of a point that was imported; empty else."""
    seconds: float | None = Field(default=None, ge=0)
    """How long it took to make and to measure, training included; None where earlier versions measured."""
    cpu_seconds: float | None = Field(default=None, ge=0)
    """Processor time of the same in the worker's own process; None where earlier versions measured."""
    layers: tuple[StoredTensor, ...] = ()
    graph: str = ""
    """Digest of the graph that was timed, its weights left out: points of one graph take the same time."""
    artifact: str | None = None
    """Digest of the packed file in the artifact folder of the machine that measured; None if unkept."""
    shown: str = ""
    """What the model answers to the examples that its data set's card shows (`compression/point/shown.py`); empty for
    a user's own data, and where earlier versions measured."""

    work: str = ""
    """What each layer of its graph does (`compression/point/work.py`), by which devices are judged; empty of what is
    cut for several devices, and where earlier versions measured."""
    left: str = Field(default="", pattern="^[1-9]*$")
    """With early exits the device that each of those examples left at, a digit an example."""

    @field_validator("measurements")
    @classmethod
    def _known_metrics(cls, measurements: Mapping[str, Measurement]) -> Mapping[str, Measurement]:
        for name in measurements:
            if name not in METRICS:
                raise ValueError(f"unknown metric {name}; METRICS lists those there are")
        return dict(measurements)

    @field_validator("shown")
    @classmethod
    def _readable(cls, shown: str) -> str:
        bytes_in(shown)
        return shown

    @field_validator("work")
    @classmethod
    def _countable(cls, work: str) -> str:
        work_in(work)
        return work

    @property
    def key(self) -> str:
        return self.recipe.key

    def value(self, metric: str) -> float | None:
        measurement = self.measurements.get(metric)
        return None if measurement is None else measurement.value

    def text(self, metric: str) -> str:
        """A figure as the user reads it, with the digits that its interval leaves standing."""
        m = self.measurements.get(metric)
        return METRICS[metric].text(*(None, None, None) if m is None else (m.value, m.low, m.high))

    @property
    def quality(self) -> float | None:
        """The value of the metric that its model's task is measured by."""
        return self.value(quality_of(self.recipe.model).field)

    def as_bundled(self) -> Point:
        """The same point marked as measured elsewhere and shipped with the project."""
        marked = {
            name: m.model_copy(update={"how": "bundled"}) if m.how == "measured" else m
            for name, m in self.measurements.items()
        }
        return self.model_copy(
            update={"measurements": marked, "origin": "bundled", "artifact": None}
        )

    def as_elsewhere(self, source: str) -> Point:
        """The same point marked as measured by somebody else, whose word it is."""
        marked = {
            name: m.model_copy(update={"how": "elsewhere"})
            if m.how in ("measured", "bundled")
            else m
            for name, m in self.measurements.items()
        }
        return self.model_copy(
            update={
                "measurements": marked,
                "origin": "elsewhere",
                "source": source,
                "artifact": None,
            }
        )

    def row(self) -> Row:
        """The point as a row of a table: what it is, then each figure under its metric's name, and its interval."""
        recipe = self.recipe
        about: Row = {
            "key": self.key,
            "model": recipe.model,
            "technique": recipe.technique,
            "recipe": recipe.describe(),
            "steps": shlex.join(map(format_step, recipe.steps)),
            "seed": recipe.seed,
            "origin": self.origin,
            "stage": self.stage,
        }
        for name, m in self.measurements.items():
            about |= {name: m.value, f"{name}_low": m.low, f"{name}_high": m.high}
        return about

    def to_frame(self) -> pandas.DataFrame:
        """A table of one row, see ``as_frame``."""
        return as_frame([self.row()])

    def _repr_html_(self) -> str:
        """What a notebook shows: every figure with its interval, and what of the file each tensor takes."""
        figures = [
            Figure(METRICS[name], m.value, m.low, m.high, m.how, m.note)
            for name in METRICS
            if (m := self.measurements.get(name)) is not None
        ]
        parts = [StoredPart(part.name, 4 * part.values, part.bytes) for part in self.layers]
        seed = f", seed {self.recipe.seed}" if self.recipe.seed else ""
        title = f"{self.recipe.describe()} on {self.recipe.model}{seed}"
        return point_html(title, figures, parts)
