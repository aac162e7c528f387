"""How a packed file's header says that a model is cut: only what is not as usual."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from compression.models.slicing import COSTS, LINK_DTYPES, OBJECTIVES, Slicing

_USUAL = asdict(Slicing())
_CHOICES = {"objective": OBJECTIVES, "link_dtype": LINK_DTYPES, "costs": COSTS}
_MOST = {"stages": 64, "cap_bytes": 2**40, "link_mbps": 1e6, "threshold": 1}


def write(slicing: Slicing) -> dict[str, Any]:
    """As JSON can hold it; empty for the usual two stages."""
    values = asdict(slicing)
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value != _USUAL[name]
    }


def read(data: Any) -> Slicing | None:
    """What ``write`` wrote, from untrusted data, None for None; ValueError or TypeError if it is no slicing."""
    if data is None:
        return None
    names = {each.name for each in fields(Slicing)}
    if not isinstance(data, dict) or not set(data) <= names:
        raise ValueError("its slicing is malformed.")
    values = dict(data)
    if "cuts" in values:
        values["cuts"] = tuple(values["cuts"])
    for name, value in values.items():
        if name in _CHOICES:
            if value not in _CHOICES[name]:
                raise ValueError("its slicing is malformed.")
        elif name == "cuts":
            if not all(isinstance(cut, int) and cut > 0 for cut in value):
                raise ValueError("its cuts are malformed.")
        elif name == "split":
            if not isinstance(value, bool):
                raise ValueError("its slicing is malformed.")
        elif type(value) not in (int, type(_USUAL[name])) or not 0 <= value <= _MOST[name]:
            raise ValueError("its slicing is out of bounds.")
    return Slicing(**values)
