"""Where a model may be deployed: a catalogue of devices, and a model of time and energy on them. Torch-free."""

from compression.devices.catalogue import catalogue, device_named
from compression.devices.device import Device, Figure
from compression.devices.fit import Fit, Limit, Wishes, fit
from compression.devices.on_device import on_device, seen_on

__all__ = [
    "Device",
    "Figure",
    "Fit",
    "Limit",
    "Wishes",
    "catalogue",
    "device_named",
    "fit",
    "on_device",
    "seen_on",
]
