"""A recipe is what was asked: a model, the steps that make it smaller, a seed. Torch-free.

First word of the sentence ``Recipe -> engine -> Point -> store -> front -> page``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    field_serializer,
    field_validator,
)

from compression.errors import UsageError
from compression.models.catalogue import hashes, model_card
from compression.recipe.step_texts import parse_step, step_from_dict, step_to_dict
from compression.techniques.step import Step

MEASURING_VERSION = 4
"""Raised whenever the same recipe would be measured differently: old points then no longer count."""

MAX_STEPS = 8


class Recipe(BaseModel):
    """What was asked: a model, ordered steps and a seed. No steps is the uncompressed baseline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    steps: tuple[SerializeAsAny[Step], ...] = Field(default=(), max_length=MAX_STEPS)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)

    @field_validator("model")
    @classmethod
    def _known_model(cls, model: str) -> str:
        return model_card(model).id

    @field_validator("steps", mode="before")
    @classmethod
    def _typed_steps(cls, steps: Any) -> Any:
        if not isinstance(steps, (list, tuple)):
            raise UsageError("The steps of a recipe are a list; give each as {'technique': ...}.")
        return tuple(step if isinstance(step, Step) else step_from_dict(step) for step in steps)

    @field_serializer("steps")
    def _steps_as_dicts(self, steps: tuple[Step, ...]) -> list[dict[str, Any]]:
        return [step_to_dict(step) for step in steps]

    @cached_property
    def key(self) -> str:
        """16 hex digits, equal for equal recipes on the same weights, data and way of measuring.

        Knobs at their defaults don't count, so that a new knob leaves old points known; whoever changes a
        default raises ``MEASURING_VERSION``.
        """
        steps = [{"technique": step.technique, **_moved_knobs(step)} for step in self.steps]
        asked = {
            "model": self.model,
            "steps": steps,
            "seed": self.seed,
            **hashes(self.model),
            "measuring": MEASURING_VERSION,
        }
        return hashlib.sha256(canonical_json(asked).encode()).hexdigest()[:16]

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Recipe:
        """A copy with other values, and so with a key of its own: pydantic would copy the cached one."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("key", None)
        return copied

    @property
    def baseline(self) -> Recipe:
        """The same model, uncompressed."""
        return Recipe(model=self.model)

    @property
    def technique(self) -> str:
        """The technique of a one-step recipe, ``original`` for none, ``chain`` for several."""
        if not self.steps:
            return "original"
        return self.steps[0].technique if len(self.steps) == 1 else "chain"

    @property
    def is_trained(self) -> bool:
        """Whether a step trains: it is measured on request only, and never estimated."""
        return any(step.is_trained for step in self.steps)

    @property
    def untrained(self) -> Recipe:
        """The same recipe without any training: where a trained one starts."""
        steps = tuple(left for step in self.steps if (left := step.untrained()) is not None)
        return Recipe(model=self.model, steps=steps, seed=self.seed)

    @property
    def control(self) -> Recipe | None:
        """The same recipe with its last step's control in that step's place, if it has one."""
        last = self.steps[-1].control() if self.steps else None
        if last is None:
            return None
        return Recipe(model=self.model, steps=(*self.steps[:-1], last), seed=self.seed)

    @property
    def training_key(self) -> str:
        """The key of the training of its last step: equal for recipes whose difference only counts behind it."""
        if not self.steps:
            return self.key
        return self.model_copy(
            update={"steps": (*self.steps[:-1], self.steps[-1].trained_as())}
        ).key

    def require_order(self) -> None:
        """UsageError where a step that has to be the first or the last isn't."""
        if first := next((step for step in self.steps[1:] if step.is_first), None):
            raise UsageError(
                f"Nothing can stand before {first.technique}, which works on the model as it was trained: make it the "
                "first step."
            )
        if last := next((step for step in self.steps[:-1] if step.is_last), None):
            raise UsageError(
                f"Nothing can follow {last.technique} ({last.describe()}), whose training fits the model only as it "
                "then is: make it the last step."
            )

    def describe(self) -> str:
        """The recipe in words, for hover texts and tables."""
        return ", then ".join(step.describe() for step in self.steps) or "original"

    @classmethod
    def build(cls, model: str, steps: Sequence[Step | str] = (), seed: int = 0) -> Recipe:
        """A recipe from values or texts like ``prune:sparsity=0.8``; UsageError if it can't be."""
        typed = tuple(parse_step(step) if isinstance(step, str) else step for step in steps)
        return recipe_from_dict({"model": model, "steps": typed, "seed": seed})


def recipe_from_dict(data: Mapping[str, Any]) -> Recipe:
    """A recipe from untrusted data; UsageError in one sentence if it is not one."""
    if not isinstance(data, Mapping):
        raise UsageError("A recipe names a model, steps and a seed, as in {'model': 'digits/mlp'}.")
    try:
        return Recipe.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "recipe"
        raise UsageError(f"The recipe's {where} is wrong: {first['msg'].lower()}.") from None


def _moved_knobs(step: Step) -> dict[str, Any]:
    """The knobs that are not at their defaults, to 6 decimals."""
    return {
        knob.name: value
        for knob in step.knobs()
        if (value := _rounded(getattr(step, knob.name))) != knob.default
    }


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and floats to 6 decimals, so that equal values give equal text."""
    return json.dumps(_rounded(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value
