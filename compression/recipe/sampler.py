"""What a sampler is: it says which recipes of a sweep's space are measured. Torch-free."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Protocol

from compression.errors import UsageError
from compression.recipe.goal import Goal
from compression.recipe.options import Spacing, every_step
from compression.recipe.proposals import Propose, propose
from compression.recipe.recipe import Recipe
from compression.recipe.space import Space

MAX_RECIPES = 10_000


class Measured(Protocol):
    """A point, as far as a sampler looks at it."""

    @property
    def recipe(self) -> Recipe: ...

    def value(self, metric: str) -> float | None: ...


class Sampler(ABC):
    """Asked for recipes, told the points they became, asked again, until it has no more.

    What it asks for follows from its space, ``points`` and what it was told, and from nothing else: a sweep that
    was killed begins again with its first recipes, finds them in the store, and so goes on where it was.
    """

    title: ClassVar[str]
    """What it is called in lists."""

    def __init__(
        self,
        space: Space,
        points: int | None,
        goal: Goal | None = None,
        propose: Propose = propose,
    ) -> None:
        """A search has a goal, and ``propose`` to answer where to look next."""
        self._space = space
        self._points = points
        self._goal = goal
        self._propose = propose

    @staticmethod
    def spacing(points: int | None) -> Spacing:
        """Which values a range gives: every step of its knob, unless a sampler says otherwise."""
        return every_step

    def __len__(self) -> int:
        """How many recipes it asks for, all in all: as many settings as ``points``, each with every seed."""
        return (self._points or 0) * len(self._space.seeds)

    @abstractmethod
    def check(self) -> None:
        """UsageError in one sentence where the sweep can't be."""

    @abstractmethod
    def ask(self) -> tuple[Recipe, ...]:
        """The recipes to measure next; none when it is over."""

    @abstractmethod
    def tell(self, points: Iterable[Measured]) -> None:
        """What became of them; those that could not be measured are missing."""


def bounded(recipes: int, remedy: str) -> None:
    """UsageError for more than a sweep may have."""
    if recipes > MAX_RECIPES:
        raise UsageError(f"The sweep has {recipes:,} recipes, more than {MAX_RECIPES:,}: {remedy}.")
