"""A step of a recipe: one technique with its knobs, which are its fields.

Declared once, a knob is read by the page's form, the command line, the sweep, the JSON and the tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from compression.models.catalogue import ModelCard


class Step(BaseModel):
    """One technique with its knobs.

    A subclass lists its knobs as fields and names the function that does the work, as
    ``module:function`` taking ``(Compressed, Step, StepContext)`` and returning a new ``Compressed``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    technique: ClassVar[str]
    label: ClassVar[str]
    summary: ClassVar[str]
    implementation: ClassVar[str]
    gentlest: ClassVar[Mapping[str, Any]]
    """Knobs with which a model answers as before."""
    strongest: ClassVar[Mapping[str, Any]]
    """Knobs with which every model is visibly another, yet still works."""
    keeps_values: ClassVar[bool] = False
    """Whether the module stays as it is, and only what is deployed of it changes."""
    control_words: ClassVar[str] = ""
    """What ``control`` is, as a page says it before its accuracy: ``Same training, nothing removed``."""

    @classmethod
    def knobs(cls) -> tuple[Knob, ...]:
        return _knobs(cls)

    @property
    def is_trained(self) -> bool:
        """Whether it trains: seconds to minutes, with progress and on request, never ahead of time."""
        return False

    @property
    def needs_labels(self) -> bool:
        """Whether it looks at labelled training images, to train with them or otherwise."""
        return self.is_trained

    @property
    def begins_anew(self) -> bool:
        """Whether it trains a new network, which says nothing before: nothing stands before its training."""
        return False

    @property
    def shape(self) -> Step | None:
        """What of it decides the architecture, other knobs at their defaults; None where it leaves shapes alone."""
        return None

    @property
    def begins_a_network(self) -> bool:
        """Whether nothing of the steps before is left in the network that it makes, not even its architecture."""
        return False

    def untrained(self) -> Step | None:
        """What stands before a trained step's training: the same setting without it; None for nothing."""
        return None if self.begins_anew else self

    def control(self) -> Step | None:
        """The same training without the compression: what of a trained step's effect the training alone has.

        None where there is none, or where the step is its own.
        """
        return None

    def trained_as(self) -> Step:
        """The step whose training this one shares: knobs that count only behind the training at their defaults."""
        return self

    is_first: ClassVar[bool] = False
    """Whether no step may stand before it: it works on the model as it was trained."""

    @classmethod
    def unfit(cls, model: ModelCard) -> str:
        """Why it can't be done to a model, in a sentence; empty where it can."""
        return ""

    @property
    def is_last(self) -> bool:
        """Whether no step may follow: what it trains fits the model only as it then is."""
        return False

    @model_validator(mode="after")
    def _only_what_counts(self) -> Step:
        """A knob without effect keeps its default, so that equal work has equal keys."""
        for knob in self.knobs():
            value = getattr(self, knob.name)
            if knob.values and value not in knob.values:
                raise ValueError(f"{knob.name} must be {knob.allowed}, not {value}")
            if value != knob.default and not knob.counts(self.model_dump()):
                raise ValueError(f"{knob.name} only counts with {knob.needs}: leave it out")
        return self

    def changed(self, *names: str) -> list[str]:
        """Those of the named knobs that are not at their defaults, in words: ``score random``."""
        usual = {knob.name: knob.default for knob in self.knobs()}
        return [f"{n} {getattr(self, n)}" for n in names if getattr(self, n) != usual[n]]

    def moved(self, **values: Any) -> Step:
        """The step with other knob values; knobs that then have no effect go back to their defaults."""
        stand = {**self.model_dump(), **values}
        for knob in self.knobs():
            if not knob.counts(stand):
                stand[knob.name] = knob.default
        return type(self).model_validate(stand)

    def describe(self) -> str:
        """What this step does, in a few words: ``4 bits per channel``."""
        values = ", ".join(f"{knob.name}={getattr(self, knob.name)}" for knob in self.knobs())
        return f"{self.technique} {values}"


@dataclass(frozen=True)
class Knob:
    """One adjustable field of a step, as the page's form, the CLI and the sweep read it."""

    name: str
    label: str
    help: str
    unit: str
    default: Any
    low: float | None
    high: float | None
    step: float | None
    choices: tuple[str, ...]
    more: bool
    values: tuple[float, ...] = ()
    """The only numbers there are, low to high; empty where every step of the range is one."""
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """The values of other knobs that give this one an effect; empty: always."""
    form: bool = True
    """Whether the page's form shows it; else the page has an editor of its own for it."""

    @property
    def is_integer(self) -> bool:
        return isinstance(self.default, int) and all(isinstance(v, int) for v in self.values)

    @property
    def is_text(self) -> bool:
        return isinstance(self.default, str) and not self.choices

    def counts(self, values: Mapping[str, Any]) -> bool:
        """Whether it has an effect while the knobs stand at these values."""
        return all(values.get(name) in wanted for name, wanted in self.when.items())

    @property
    def needs(self) -> str:
        """``when`` in words: ``format=int or codebook``; empty where it always counts."""
        return " and ".join(
            f"{n}={' or '.join(map(str, values))}" for n, values in self.when.items()
        )

    @property
    def allowed(self) -> str:
        if self.choices or self.values:
            return "one of " + ", ".join(map(str, self.choices or self.values))
        if self.low is None:
            return "a text"
        kind = "a whole number" if self.is_integer else "a number"
        return f"{kind} from {self.low:g} to {self.high:g}"

    def grid(self, points: int | None = None) -> tuple[Any, ...]:
        """The values a sweep of this knob visits, low to high, both ends included."""
        if self.choices or self.values:
            return self.choices or self.values
        assert self.low is not None and self.high is not None and self.step is not None
        count = points or round((self.high - self.low) / self.step) + 1
        return evenly_spaced(self.low, self.high, count, integer=self.is_integer)


def evenly_spaced(low: float, high: float, count: int, *, integer: bool) -> tuple[Any, ...]:
    """``count`` evenly spaced values from low to high; whole numbers lose their repeats."""
    if count < 2 or low == high:
        return (int(low) if integer else low,)
    values = [low + (high - low) * index / (count - 1) for index in range(count)]
    if integer:
        return tuple(dict.fromkeys(round(value) for value in values))
    return tuple(round(value, 6) for value in values)


def knob(
    default: Any,
    *,
    label: str,
    help: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    more: bool = False,
    values: Sequence[float] = (),
    when: Mapping[str, Sequence[Any]] | None = None,
    form: bool = True,
) -> Any:
    """Declare a knob: a pydantic field that checks its range and carries what a form needs.

    ``values`` lists the only numbers allowed; ``when`` the values of other knobs that give this one an effect.
    """
    extra: dict[str, Any] = {
        "label": label, "unit": unit, "step": step, "more": more, "form": form,
        "values": list(values), "when": {name: list(v) for name, v in (when or {}).items()},
    }  # fmt: skip
    if values:
        low, high = min(values), max(values)
    return Field(default, ge=low, le=high, description=help, json_schema_extra=extra)


@cache
def _knobs(technique: type[Step]) -> tuple[Knob, ...]:
    return tuple(_knob(name, field) for name, field in technique.model_fields.items())


def _knob(name: str, field: FieldInfo) -> Knob:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    bounds = {type(mark).__name__: mark for mark in field.metadata}
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return Knob(
        name=name,
        label=str(extra["label"]),
        help=field.description or "",
        unit=str(extra["unit"]),
        default=field.default,
        low=bounds["Ge"].ge if "Ge" in bounds else None,
        high=bounds["Le"].le if "Le" in bounds else None,
        step=extra["step"],  # type: ignore[arg-type]
        choices=tuple(str(choice) for choice in choices),
        more=bool(extra["more"]),
        values=tuple(extra["values"]),  # type: ignore[arg-type]
        when={name: tuple(wanted) for name, wanted in extra["when"].items()},  # type: ignore[union-attr,arg-type]
        form=bool(extra["form"]),
    )
