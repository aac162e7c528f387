"""In which number format a point would run on a device: what the device really has, not what the recipe stores."""

from __future__ import annotations

from compression.devices.device import Device
from compression.point import Point
from compression.point.work import Work

_HALVES = {"E5M10": "float16", "E8M7": "bfloat16"}
"""How a point's table of layers writes the two halves."""


def number_format(point: Point, work: Work, device: Device) -> str | None:
    """int8 for an int8 graph, a half format for weights stored in it, else float32; None if the device has none.

    Weights of fewer bits than that save room in the file, and are unpacked before a device computes with them. An int8
    graph on a device without int8 runs in floats.
    """
    wished = "int8" if work.is_int8 else _stored_half(point) or "float32"
    for name in (wished, "float32", *(("float16", "bfloat16") if work.is_int8 else ())):
        if name in device.rates:
            return name
    return None


def _stored_half(point: Point) -> str | None:
    """The half format that all its matrices are stored in, if there is one."""
    kinds = {layer.format for layer in point.layers if len(layer.shape) > 1}
    return _HALVES.get(kinds.pop()) if len(kinds) == 1 else None
