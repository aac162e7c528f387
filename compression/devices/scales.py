"""One time measured on a real board scales all that is modelled for it; kept in the home folder's ``devices``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from compression import files
from compression.devices.device import Device, Figure
from compression.errors import StoreError, UsageError, reason_of
from compression.home import home, ready_folder

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
    _write({**_known(), device.id: figure.model_dump(mode="json")})
    return figure


def forget(device: Device) -> bool:
    """Whether there was a scale to forget."""
    known = _known()
    if device.id not in known:
        return False
    _write({name: figure for name, figure in known.items() if name != device.id})
    return True


def scaled(device: Device) -> Device:
    """The device with the scale that is kept for it; what can't be read there counts as none."""
    try:
        figure = Figure.model_validate(_known()[device.id])
    except (KeyError, ValueError):
        return device
    return device.model_copy(update={"scaled": figure}) if figure.value > 0 else device


def _known() -> Mapping[str, Any]:
    try:
        known = json.loads(file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(known: Mapping[str, Any]) -> None:
    try:
        ready_folder()
        files.make_folder(file().parent)
        files.write(file(), json.dumps(known, indent=1).encode())
    except OSError as error:
        raise StoreError(f"The scale can't be kept in {file()}: {reason_of(error)}.") from None
