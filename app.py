"""Entry of the app: the web server when it is started, the navigation whenever a page runs."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

import compression

ROOT = Path(__file__).parent

# Python 3.14's own `compression` may be loaded before us: our folder then joins that package.
if (ours := str(ROOT / "compression")) not in compression.__path__:
    compression.__path__.append(ours)


def page(path: str, title: str, icon: str) -> st.Page:
    address = Path(path).stem.replace("_", "-")
    return st.Page(path, title=title, icon=f":material/{icon}:", url_path=address)


if get_script_run_ctx(suppress_warning=True) is None:
    from pages.parts.shell.serving import lifespan, routes

    app = st.App(__file__, routes=routes(), lifespan=lifespan)
else:
    st.set_page_config("Compact AI Lab", str(ROOT / "assets/icon.svg"), "wide", 220)
    quantization = page("pages/techniques/quantization.py", "Quantization", "grid_4x4")
    pruning = page("pages/techniques/pruning.py", "Pruning", "content_cut")
    channels = page("pages/techniques/channel_pruning.py", "Channel pruning", "filter_alt")
    distillation = page("pages/techniques/distillation.py", "Distillation", "school")
    trade_offs = page("pages/decide/trade_offs.py", "Trade-offs", "balance")

    def first() -> None:
        st.switch_page(quantization, query_params=st.query_params)  # each page has one address

    home = st.Page(first, title="Compact AI Lab", default=True, visibility="hidden")
    techniques = [home, pruning, channels, quantization, distillation]
    st.navigation({"Techniques": techniques, "Decide": [trade_offs]}).run()
