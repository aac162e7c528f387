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
    sys.exit(
        "Compact AI Lab needs Linux or macOS: on Windows start it inside WSL 2, see README.md."
    )

if get_script_run_ctx(suppress_warning=True) is None:
    from pages.parts.shell.serving import routes
    from pages.parts.shell.starting import lifespan, middleware

    app = st.App(__file__, routes=routes(), lifespan=lifespan, middleware=middleware())
else:
    from pages.parts.shell.importing import NAVIGATION

    NAVIGATION.wait()
    from pages.parts.shell.navigation import open_page

    st.set_page_config("Compact AI Lab", str(ROOT / "assets/icon.svg"), "wide", 220)
    open_page()
