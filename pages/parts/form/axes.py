"""Which metrics the three plots show and on which scale: kept in the URL."""

from __future__ import annotations

import streamlit as st

from compression.point import METRICS
from pages.parts.plots.three_plots import Axis

OFFERED = (
    "size_bytes", "latency_ms", "energy_mj", "memory_bytes", "macs", "parameters",
    "size_zstd_bytes", "size_onnx_bytes", "latency_p90_ms",
)  # fmt: skip
SHOWN_FIRST = ("size_bytes", "latency_ms", "energy_mj")


def choose_axes() -> tuple[Axis, Axis, Axis]:
    """A popover with one selector per plot and one scale for all."""
    with st.popover("Axes", icon=":material/tune:", width="stretch"):
        chosen = [
            st.selectbox(
                f"Plot {number}",
                OFFERED,
                index=OFFERED.index(first),
                format_func=lambda name: METRICS[name].label,
                key=f"x{number}",
                bind="query-params",
            )
            for number, first in enumerate(SHOWN_FIRST, start=1)
        ]
        scale = st.segmented_control(
            "Scale", ("log", "linear"), default="log", required=True, key="scale", bind="query-params",
            help="Logarithmic axes show ratios: halving the size is the same step everywhere.",
        )  # fmt: skip
    first, second, third = (Axis(name, scale or "log") for name in chosen)
    return first, second, third
