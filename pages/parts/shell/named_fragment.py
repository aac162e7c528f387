"""A fragment that a widget outside of it can run again, alone. Older Streamlits run the whole page."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

HAS_KEYS = "key" in inspect.signature(st.fragment).parameters


def named_fragment(key: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """``st.fragment`` with a key, where this Streamlit has such (Python 3.10 gets one that has not)."""
    options: dict[str, Any] = {"key": key} if HAS_KEYS else {}
    return st.fragment(**options)


def rerun_fragment(key: str) -> None:
    """In a widget's callback: run that fragment instead of the whole page, if that can be and isn't so already."""
    if HAS_KEYS and not _runs_alone():
        st.rerun(scope=key)


def rerun_page() -> None:
    """In a widget's callback: run the whole page, even where a fragment was thought to be enough."""
    if _runs_alone():
        st.rerun()


def _runs_alone() -> bool:
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)
