"""The function that does a step's work, found by the name that the step gives. Worker side."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from compression.models.compressed import Compressed, settled
from compression.techniques.context import StepContext
from compression.techniques.step import Step

Technique = Callable[[Compressed, Any, StepContext], Compressed]


def technique(step: Step) -> Technique:
    """The function that does a step's work, imported when it is first needed; what it leaves behind is `settled`."""
    module, _, name = step.implementation.partition(":")
    work: Technique = getattr(importlib.import_module(module), name)

    def done(given: Compressed, step: Step, context: StepContext) -> Compressed:
        return settled(work(given, step, context), given)

    return done
