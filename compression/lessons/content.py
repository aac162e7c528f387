"""What a lesson's file says: texts with places for figures, which `figures.py` fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Part):
    """Points that the texts speak of by a name: one recipe, of one seed or several."""

    steps: str
    seeds: tuple[int, ...] = (0,)
    model: str = ""


class Series(Part):
    """A measured curve: ``points`` with @ where the position stands, ``front`` of a technique or all, ``attack``."""

    name: str
    source: str
    at: tuple[float, ...] | None = None
    """Where it was measured; None: at all positions."""
    before: bool = False
    """Told before the guess."""


class Row(Part):
    name: str
    ref: str


class Group(Part):
    title: str
    low: float | None = None
    """Where its scale begins, which then has dots: bars begin at 0."""
    rows: tuple[Row, ...]


class Picture(Part):
    """What a reveal shows: bars of figures, or a named picture of `pictures/`."""

    groups: tuple[Group, ...] = ()
    named: str = ""
    frame: int = -1
    """Of the named picture."""


class Curve(Part):
    kind: Literal["curve"]
    ask: str
    x: str
    y: str
    at: tuple[float, ...]
    ticks: Literal["number", "percent", "share of the size"] = "number"
    unit: str = ""
    """What stands behind a position in a sentence, with the space before it."""
    low: float
    high: float
    given: int = 1
    """Points at the beginning that are told before."""
    measured: Series
    beside: tuple[Series, ...] = ()


class Slider(Part):
    kind: Literal["slider"]
    ask: str
    low: float
    high: float
    step: float
    start: float
    style: str
    """A name of the metrics' FORMATS, or a unit."""
    truth: str
    picture: Picture


class Option(Part):
    id: str
    text: str


class Choice(Part):
    kind: Literal["choice"]
    ask: str
    options: tuple[Option, ...]
    right: str
    """Where it is looked up which of them is measured to be so."""
    picture: Picture


class Steps(Part):
    """A mechanism that is stepped through, and the two sentences beside it."""

    title: str
    picture: str
    say: str
    first: str
    each: str
    last: str = ""


class Reply(Part):
    text: str
    right: bool = False
    answer: str


class Check(Part):
    ask: str
    replies: tuple[Reply, ...]

    @field_validator("replies")
    @classmethod
    def _one_is_right(cls, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        if sum(reply.right for reply in replies) != 1:
            raise ValueError("a check question has exactly one right reply")
        return replies


class Paper(Part):
    text: str
    url: str


class Lab(Part):
    """What the lab is opened with."""

    steps: str
    say: str


class Lesson(Part):
    id: str
    title: str
    tile: str
    """The question in one sentence."""
    technique: str
    """Whose colour and page it has."""
    also: tuple[str, ...] = ()
    """Further techniques that it is about."""
    kind: Literal["technique", "challenge"]
    model: str
    points: Mapping[str, Named] = Field(default_factory=dict)
    who: str
    story: str
    predict: Annotated[Curve | Slider | Choice, Field(discriminator="kind")]
    reveal: str
    """Two sentences beside the measured picture."""
    steps: tuple[Steps, ...]
    check: Check
    take: str
    """The one insight, in a sentence."""
    papers: tuple[Paper, ...]
    lab: Lab

    @field_validator("points", mode="before")
    @classmethod
    def _named(cls, points: Any) -> Any:
        return {n: {"steps": p} if isinstance(p, str) else p for n, p in dict(points).items()}
