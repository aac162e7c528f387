"""The work on a recipe: its point, estimated and then measured, stored before anyone sees it."""

from __future__ import annotations

from compression.engine.jobs import Job, Stage
from compression.engine.point_writer import PointWriter
from compression.point import Point
from compression.recipe import Recipe


class PointJob(Job):
    """A recipe to measure."""

    def __init__(self, recipe: Recipe, writer: PointWriter) -> None:
        super().__init__(recipe.key)
        self.recipe = recipe
        self.is_trained = recipe.is_trained
        self._writer = writer

    def call(self, stage: Stage) -> list[str]:
        return ["measure", self.recipe.model_dump_json(), stage]

    def read(self, text: str) -> Point:
        return Point.model_validate_json(text)

    @property
    def failure(self) -> str:
        return f"{self.recipe.model} ({self.recipe.describe()}) could not be measured"

    def save(self, value: Point) -> str | None:
        return self._writer.write(value, is_ahead=not self.is_asked)

    def asked_late(self) -> None:
        self._writer.ask_for(self.key)
