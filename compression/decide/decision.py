"""A decision as a frozen value: the point to take, why that one, how far to trust it, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from compression.decide.question import Question
from compression.point import Point

Verdict = Literal["pass", "fail", "needs review"]


class RunnerUp(NamedTuple):
    """A point that was not chosen, and why not."""

    point: Point
    why_not: str


@dataclass(frozen=True)
class Binding:
    """The limit that keeps a better point out: what loosening it would bring."""

    name: str
    """The metric's, ``lose``, or a memory of the device: ``flash``, ``RAM``, ``memory``."""
    label: str
    bound: float
    needed: float
    """The bound from which on the better point is allowed, in the metric's own unit; of ``lose`` in points."""
    point: Point
    said: str
    """``1.2 points lost instead of 1 would allow ...: 1.5x smaller``."""


@dataclass(frozen=True)
class Headroom:
    """What the chosen point leaves of one limit."""

    name: str
    label: str
    value: float
    bound: float
    left: float
    """The share of the bound that is left; 0 at the bound."""
    certain: bool
    """Whether the interval of the value keeps the bound too."""
    said: str


@dataclass(frozen=True)
class Risk:
    """One thing that the choice did not depend on and that may speak against it, with its verdict."""

    name: str
    label: str
    verdict: Verdict
    said: str


@dataclass(frozen=True)
class Change:
    """What would change the answer, and to which point."""

    said: str
    point: Point | None = None


@dataclass(frozen=True)
class Miss:
    """The point that comes closest where none keeps all limits, and by what it misses them."""

    point: Point
    by: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class Decision:
    """The answer to a question. ``choice`` None: nothing keeps all limits, and ``closest_miss`` says by how much."""

    question: Question
    choice: Point | None
    verdict: Verdict
    claim: str
    original: Point | None = None
    reasons: tuple[str, ...] = ()
    """Why the verdict is not a plain pass, a sentence each."""
    binding: Binding | None = None
    headroom: tuple[Headroom, ...] = ()
    """Least left first."""
    runners_up: tuple[RunnerUp, ...] = ()
    ties: tuple[Point, ...] = ()
    """Points that the question can't tell from the choice, cheapest first; at most MOST_NAMED, see ``tied_keys``."""
    tied_keys: frozenset[str] = frozenset()
    trust: str = ""
    would_change: tuple[Change, ...] = ()
    closest_miss: Miss | None = None
    risks: tuple[Risk, ...] = ()
    considered: int = 0
    """Full points that were looked at."""
    allowed: int = 0
    """Those of them that keep all limits."""
    chosen_by: str = ""
    """The metric that judged quality: on validation examples where those were measured."""

    @property
    def exit_code(self) -> int:
        return {"pass": 0, "fail": 1, "needs review": 3}[self.verdict]
