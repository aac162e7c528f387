"""A method of Streamlit's server, wrapped once in a process, however many servers start in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

MARK = "_wrapped_for"


def wrap_once(owner: type, name: str, why: str, wrap: Callable[[Any], Callable[..., Any]]) -> None:
    """Put ``wrap(method)`` in the method's place, unless that was done for this reason; others' wraps stay."""
    method = getattr(owner, name)
    reasons = getattr(method, MARK, ())
    if why in reasons:
        return
    wrapped = wraps(method)(wrap(method))
    setattr(wrapped, MARK, (*reasons, why))
    setattr(owner, name, wrapped)
