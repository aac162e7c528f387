"""The catalogue: one TOML file a device, ours in this folder, the user's own in the home folder's ``devices``."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from compression.devices import elsewhere, scales
from compression.devices.device import Device, device_of
from compression.errors import UsageError, reason_of, unknown
from compression.home import home

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
LARGEST = 100_000
"""Bytes of a device's file."""


def catalogue() -> Mapping[str, Device]:
    """All devices by id, slowest first, and the user's own behind ours; a file of theirs that is wrong is left out, see
    ``wrong_files``."""
    return _read(_stamp())[0]


def wrong_files() -> tuple[str, ...]:
    """A sentence on each of the user's files that can't be used."""
    return _read(_stamp())[1]


def device_named(name: str) -> Device:
    """UsageError for a name that is none, with what is wrong with its file where there is one."""
    devices, wrong = _read(_stamp())
    if name in devices:
        return devices[name]
    for sentence in wrong:
        if f" {name}.toml " in sentence:
            raise UsageError(sentence)
    raise unknown("device", name, devices)


def own_folder() -> Path:
    return home() / "devices"


def read_device(file: Path, *, own: bool = False) -> Device:
    """One file; UsageError in a sentence where it can't be a device."""
    try:
        if file.stat().st_size > LARGEST:
            raise UsageError(
                f"The device file {file.name} can't be used: it has over {LARGEST} bytes."
            )
        given: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"The device file {file.name} can't be used: {reason_of(error)}."
        ) from None
    return device_of(file.stem, given, own=own)


def _stamp() -> tuple[tuple[Path, int], ...]:
    """The user's files as they are now, their measured times among them."""
    folder = own_folder()
    try:
        kept = (scales.file().name, elsewhere.file().name)
        own = [
            *sorted(folder.glob("*.toml")),
            *(file for name in kept for file in folder.glob(name)),
        ]
        return tuple((file, file.stat().st_mtime_ns) for file in own)
    except OSError:
        return ()


@lru_cache(maxsize=4)
def _read(own: tuple[tuple[Path, int], ...]) -> tuple[Mapping[str, Device], tuple[str, ...]]:
    read = [_own(file) for file, _ in own if file.suffix == ".toml"]
    found = {**_ours(), **{each.id: each for each in read if isinstance(each, Device)}}
    devices = {name: _measured(scales.scaled(device)) for name, device in found.items()}
    return MappingProxyType(devices), tuple(each for each in read if isinstance(each, str))


def _measured(device: Device) -> Device:
    """The device with the times that were measured on it elsewhere."""
    times = elsewhere.times_on(device.id)
    return device.model_copy(update={"elsewhere": times}) if times else device


def _own(file: Path) -> Device | str:
    """The device, or a sentence on what is wrong with its file."""
    try:
        device = read_device(file, own=True)
    except UsageError as error:
        logging.getLogger(__name__).warning("%s", error)
        return str(error)
    if device.id in _ours():
        return f"The device file {file.name} can't be used: {device.id} is one of ours, rename it."
    return device


@lru_cache(maxsize=1)
def _ours() -> Mapping[str, Device]:
    read = [read_device(file) for file in HERE.glob("*.toml")]
    return {device.id: device for device in sorted(read, key=_speed)}


def _speed(device: Device) -> float:
    return max(rate.value for rate in device.rates.values())
