"""One time measured on a real board scales all that is modelled for it; kept in the home folder's ``devices``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from compression.devices import kept
from compression.devices.device import Device, Figure
from compression.errors import UsageError
from compression.home import home

MOST = 100.0
"""A board that is so many times slower or faster than modelled is another board, or its time has another unit."""


def file() -> Path:
    return home() / "devices" / "scales.json"


def scale(device: Device, modelled_s: float, measured_ms: float, what: str) -> Figure:
    """Keep that ``what`` took so long on the board; ``modelled_s`` is what the device's model says without a scale."""
    if not 0 < measured_ms < float("inf"):
        raise UsageError(f"A measured time of {measured_ms:g} ms can't be: give one above 0.")
    factor = measured_ms / (1000 * modelled_s)
    if not 1 / MOST <= factor <= MOST:
        raise UsageError(
            f"{measured_ms:g} ms is {factor:.3g} times the modelled {1000 * modelled_s:.3g} ms, more than a scale can "
            f"mend: give the time of this very model on {device.title} in milliseconds."
        )
    source = f"measured on the board: {measured_ms:g} ms for {what}"
    figure = Figure(value=factor, source=source[:400], year=datetime.now(timezone.utc).year)
    kept.write(
        file(), {**kept.read(file()), device.id: figure.model_dump(mode="json")}, "The scale"
    )
    return figure


def forget(device: Device) -> bool:
    """Whether there was a scale to forget."""
    known = kept.read(file())
    if device.id not in known:
        return False
    kept.write(
        file(), {name: figure for name, figure in known.items() if name != device.id}, "The scale"
    )
    return True


def scaled(device: Device) -> Device:
    """The device with the scale that is kept for it; what can't be read there counts as none."""
    try:
        figure = Figure.model_validate(kept.read(file())[device.id])
    except (KeyError, ValueError):
        return device
    return device.model_copy(update={"scaled": figure}) if figure.value > 0 else device
