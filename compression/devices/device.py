"""A deployment target: its memory, speed per number format and power, each figure with its source and year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from compression.errors import UsageError, short
from compression.point.work import WIDTHS

Basis = Literal["measured", "borrowed", "assumed"]
"""Of a rate: timed on this device; timed on others with the same core; or a share of what its maker promises."""

Kind = Literal["microcontroller", "accelerator"]


class Figure(BaseModel):
    """One figure of a device, and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float
    source: str = Field(min_length=3, max_length=400)
    year: int = Field(ge=1990, le=2100)


class Rate(Figure):
    """Multiply-adds in a second as networks reach them, and how that is known."""

    basis: Basis


_BOUNDS: Mapping[str, tuple[float, float, str]] = {
    "flash_bytes": (1024, 1e15, "bytes"),
    "ram_bytes": (512, 1e14, "bytes"),
    "clock_hz": (1e4, 1e11, "hertz"),
    "bandwidth_bytes_per_s": (1e4, 1e15, "bytes a second"),
    "active_w": (1e-6, 1e5, "watts"),
    "idle_w": (0, 1e5, "watts"),
    "layer_s": (0, 1, "seconds"),
    "price_usd": (0.01, 1e7, "dollars"),
    "price_per_hour_usd": (1e-4, 1e4, "dollars an hour"),
    "battery_wh": (1e-3, 1e5, "watt hours"),
}
"""What a figure may be: a slip of the pen by a factor of thousand should be seen."""
_RATES = (1e3, 1e17, "multiply-adds a second")

Name = Annotated[str, Field(min_length=1, max_length=80)]


class Device(BaseModel):
    """A target of the catalogue.

    A microcontroller's time is counted in cycles; an accelerator's in multiply-adds or bytes, and in what each layer
    costs besides (``layer_s``). Without flash, weights lie in its RAM.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: Name
    kind: Kind
    core: Name
    rates: Mapping[str, Rate]
    ram_bytes: Figure
    clock_hz: Figure
    active_w: Figure
    idle_w: Figure
    flash_bytes: Figure | None = None
    bandwidth_bytes_per_s: Figure | None = None
    layer_s: Figure | None = None
    price_usd: Figure | None = None
    price_per_hour_usd: Figure | None = None
    battery_wh: Figure | None = None
    note: Annotated[str, Field(max_length=400)] = ""
    own: bool = False
    """From a file of the user's."""
    elsewhere: Mapping[str, tuple[float, str]] = Field(default_factory=dict)
    """Milliseconds of points that were measured on it elsewhere, and by whom, by the points' keys."""
    scaled: Figure | None = None
    """By what its modelled times are multiplied, after one that was measured on the board."""

    @field_validator("rates")
    @classmethod
    def _known_formats(cls, rates: Mapping[str, Rate]) -> Mapping[str, Rate]:
        if not rates:
            raise ValueError(f"rates need at least one of {', '.join(WIDTHS)}")
        for name, rate in rates.items():
            if name not in WIDTHS:
                raise ValueError(
                    f"rates.{name} is no number format; allowed are {', '.join(WIDTHS)}"
                )
            _check(f"rates.{name}", rate.value, _RATES)
        return dict(rates)

    @model_validator(mode="after")
    def _possible(self) -> Device:
        for name, bounds in _BOUNDS.items():
            figure = getattr(self, name)
            if figure is not None:
                _check(name, figure.value, bounds)
        if self.idle_w.value > self.active_w.value:
            raise ValueError(
                "idle_w is more than active_w: give the power when idle, and when busy"
            )
        if self.kind == "accelerator" and (self.layer_s is None or not self.bandwidth_bytes_per_s):
            raise ValueError("an accelerator needs layer_s and bandwidth_bytes_per_s")
        return self


def _check(name: str, value: float, bounds: tuple[float, float, str]) -> None:
    low, high, unit = bounds
    if not low <= value <= high:
        raise ValueError(f"{name} = {value:g} {unit} can't be: allowed is {low:g} to {high:g}")


def device_of(name: str, given: Mapping[str, Any], *, own: bool = False) -> Device:
    """The device that a file describes; UsageError in one sentence where it can't be one."""
    try:
        return Device.model_validate({**given, "id": name, "own": own})
    except ValidationError as error:
        raise UsageError(f"The device file {name}.toml can't be used: {_said(error)}.") from None


def _said(error: ValidationError) -> str:
    """Its first complaint in words."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return (
            f"{place} is missing, give it with its value, source and year"
            if "." not in place
            else (f"{place} is missing")
        )
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if first["type"] == "extra_forbidden":
        return f"{place} is not known, leave it out"
    return f"{place} = {short(first['input'], 40)} can't be, {first['msg'][:1].lower()}{first['msg'][1:]}"
