"""A page with nothing but two knobs and the plots, on made-up points: what tests and benchmarks drive.

Its address sets everything: ``?count=200&bits=4&version=1&pending=...&question=...``.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if (root := str(Path(__file__).parents[2])) not in sys.path:
    sys.path.insert(0, root)


@asynccontextmanager
async def without_engine(_app: object) -> AsyncIterator[None]:
    send_at_once()
    yield


def page() -> None:
    asked = st.query_params
    version = st.number_input("version", 1, 99, key="version", bind="query-params")
    question = st.selectbox("question", ("first", "second"), key="question", bind="query-params")
    awaited = st.toggle("awaited", key="awaited", bind="query-params")
    unknown = st.toggle("unknown", key="unknown", bind="query-params")

    @st.fragment
    def live() -> None:
        bits = st.slider("bits", 2, 8, 4, key="bits", bind="query-params")
        sparsity = st.slider("sparsity", 0.0, 0.95, 0.0, 0.01, key="sparsity", bind="query-params")
        now = mark(bits, sparsity)
        trail = st.session_state.setdefault("trail", [])
        if not trail or trail[-1].key != now.key:
            trail.append(now)
        count = int(asked.get("count", 200))
        events = draw(
            background(count, str(version)),
            key="plots",
            question=question,
            axes=(Axis("size_bytes"), Axis("latency_ms"), Axis("energy_mj")),
            y=Axis(asked.get("y", "accuracy"), asked.get("scale", "lost")),
            current=None if unknown else now,
            trail=trail[-9:-1],
            pending="measuring all 10,000 images, about 1 s" if awaited or unknown else "",
            take=lambda kind: File(f"points.{kind}", "text/plain", f"{count} as {kind}"),
            on_turn=lambda scale: st.session_state.update(turned=scale),
            on_pick=lambda key: st.session_state.update(restored=key),
        )
        st.text(f"picked {events.picked}, restored {st.session_state.get('restored')}")
        st.text(f"turned {st.session_state.get('turned')}")
        st.text(f"selected {len(events.selected)}")

    live()


if get_script_run_ctx(suppress_warning=True) is None:
    from pages.parts.shell.serving import routes, send_at_once

    app = st.App(__file__, routes=routes(), lifespan=without_engine)
else:
    from pages.parts.plots.three_plots import Axis, File, draw
    from tests.synthetic import background, mark

    st.set_page_config("Plots", layout="wide")
    st.navigation(
        [
            st.Page(page, title="Plots"),
            st.Page(lambda: st.text("elsewhere"), title="Elsewhere", url_path="elsewhere"),
        ]
    ).run()
