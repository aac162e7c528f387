"""A fragment that a widget outside of it can run again, alone. Older Streamlits run the whole page."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import streamlit as st

_HAS_KEYS = "key" in inspect.signature(st.fragment).parameters


def named_fragment(key: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """``st.fragment`` with a key, where this Streamlit has such (Python 3.10 gets one that has not)."""
    options: dict[str, Any] = {"key": key} if _HAS_KEYS else {}
    return st.fragment(**options)


def rerun_fragment(key: str) -> None:
    """In a widget's callback: run that fragment instead of the whole page, if that can be."""
    if _HAS_KEYS:
        st.rerun(scope=key)
