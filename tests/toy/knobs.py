"""What can be asked of the toy technique."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from compression.techniques.step import Step, knob


class Coarsen(Step):
    """Round every weight to so many binary places."""

    technique: ClassVar[str] = "coarsen"
    label: ClassVar[str] = "Coarsening"
    summary: ClassVar[str] = "Round every weight to so many binary places."
    implementation: ClassVar[str] = "tests.toy.coarsen:coarsen"
    gentlest: ClassVar[Mapping[str, Any]] = {"places": 16}
    strongest: ClassVar[Mapping[str, Any]] = {"places": 3}

    places: int = knob(
        6, label="Binary places", low=2, high=16, step=1, help="How fine the weights are rounded."
    )

    def describe(self) -> str:
        return f"{self.places} binary places"
