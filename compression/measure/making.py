"""How long the steps of recent recipes took to do, in seconds of the processor: what a point costs to make."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from compression.point import Measurement
from compression.recipe import Recipe

_MOST = 4096
_SECONDS: OrderedDict[str, float] = OrderedDict()
"""Of a recipe's last step alone, by the recipe's key; of one that was read from where it was kept there is none."""


@contextmanager
def timed(recipe: Recipe, *, is_kept: bool) -> Iterator[None]:
    """Note how long the recipe's last step takes; what ``is_kept`` is read and not made."""
    began = time.process_time()
    yield
    if not is_kept:
        _SECONDS[recipe.key] = time.process_time() - began
        while len(_SECONDS) > _MOST:
            _SECONDS.popitem(last=False)


def making_of(recipe: Recipe) -> dict[str, Measurement]:
    """Its ``make_s``, if all its steps were made by this process."""
    if not recipe.steps:
        return {}
    firsts = [
        recipe.model_copy(update={"steps": recipe.steps[: count + 1]}).key
        for count in range(len(recipe.steps))
    ]
    known = [seconds for key in firsts if (seconds := _SECONDS.get(key)) is not None]
    if len(known) < len(firsts):
        return {}
    note = "of the processor, all steps and trainings together"
    return {"make_s": Measurement(value=sum(known), unit="s", how="measured", note=note)}
