"""Well-known settings of several knobs at once, as chips above the knobs they set."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from compression.techniques.step import Step

KEY = "_preset"
_WRAP: dict[str, Any] = {"wrap": True} if "wrap" in inspect.signature(st.pills).parameters else {}
"""Older Streamlits always wrap."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Presets:
    """Chips drawn above the knob ``before`` whenever that one is visible."""

    before: str
    label: str
    help: str
    chips: Mapping[str, Values]

    def current(self, stand: Values) -> str | None:
        """The chip that says where the knobs stand, if one does."""
        return next(
            (name for name, wanted in self.chips.items() if wanted.items() <= stand.items()), None
        )


def _float(exponent: int, mantissa: int, *, shared: bool = False) -> Values:
    scales = {"group": 32, "scales": "power-of-two"} if shared else {"group": 0, "scales": "free"}
    return {"exponent": exponent, "mantissa": mantissa, **scales}


PRESETS = {
    "quantize": Presets(
        before="exponent",
        label="Known formats",
        help="IEEE half precision and bfloat16, 8-, 6- and 4-bit floats (E: exponent bits, M: mantissa "
        "bits), and the OCP Microscaling formats, in which 32 weights share a power-of-two scale.",
        chips={
            "fp16": _float(5, 10), "bf16": _float(8, 7),
            "E4M3": _float(4, 3), "E5M2": _float(5, 2),
            "fp6": _float(3, 2), "fp4": _float(2, 1),
            "MXFP8": _float(4, 3, shared=True), "MXFP6": _float(3, 2, shared=True),
            "MXFP4": _float(2, 1, shared=True),
        },
    )
}  # fmt: skip
"""By technique."""


def draw_presets(technique: type[Step], stand: Values, choose: Callable[[Values], None]) -> None:
    """The chips; ``choose`` gets the settings of one that was picked, in its callback."""
    presets = PRESETS[technique.technique]
    st.session_state[KEY] = presets.current(stand)
    st.pills(
        presets.label,
        list(presets.chips),
        key=KEY,
        help=presets.help,
        on_change=_chosen,
        args=(presets, choose),
        **_WRAP,
    )


def current_preset(technique: type[Step], stand: Values) -> str | None:
    presets = PRESETS.get(technique.technique)
    return None if presets is None else presets.current(stand)


def _chosen(presets: Presets, choose: Callable[[Values], None]) -> None:
    """A chip that is clicked again stays chosen: it is a setting, not a switch."""
    if (name := st.session_state.get(KEY)) is not None:
        choose(presets.chips[name])
