"""Entry of the app: the web server when it is started, the navigation whenever a page runs."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

import compression

ROOT = Path(__file__).parent

# Python 3.14's own `compression` may be loaded before us: our folder then joins that package.
if (ours := str(ROOT / "compression")) not in compression.__path__:
    compression.__path__.append(ours)

if sys.platform == "win32":
    sys.exit("Compact AI Lab needs Linux or macOS: on Windows start it inside WSL 2, see README.md.")

if get_script_run_ctx(suppress_warning=True) is None:
    from pages.parts.shell.serving import lifespan, middleware, routes

    app = st.App(__file__, routes=routes(), lifespan=lifespan, middleware=middleware())
else:
    from pages.parts.faces import FACES
    from pages.parts.shell.navigation import page_of

    st.set_page_config("Compact AI Lab", str(ROOT / "assets/icon.svg"), "wide", 220)
    techniques = {name: page_of(face) for name, face in FACES.items()}
    trade_offs = st.Page(
        "pages/decide/trade_offs.py",
        title="Trade-offs",
        icon=":material/balance:",
        url_path="trade-offs",
    )

    def first() -> None:
        front = techniques["quantize"]
        st.switch_page(front, query_params=st.query_params)  # each page has one address

    home = st.Page(first, title="Compact AI Lab", default=True, visibility="hidden")
    st.navigation({"Techniques": [home, *techniques.values()], "Decide": [trade_offs]}).run()
