"""Pictures that a lesson steps through or reveals: a function each, and a line of PICTURES."""

from __future__ import annotations

from collections.abc import Callable

from compression.lessons.figures import Figures
from compression.lessons.pictures.devices import averaged, cut
from compression.lessons.pictures.fits import budget
from compression.lessons.pictures.networks import dominance, narrowing, subnets
from compression.lessons.pictures.pictures import attack, classes, flips
from compression.lessons.pictures.shown import Shown
from compression.lessons.pictures.weights import channel, kernel, warmed

PICTURES: dict[str, Callable[[Figures], Shown]] = {
    each.__name__: each
    for each in (
        kernel, channel, warmed, cut, averaged, subnets, narrowing, dominance, classes, flips, budget, attack,
    )
}  # fmt: skip

__all__ = ["PICTURES", "Shown"]
