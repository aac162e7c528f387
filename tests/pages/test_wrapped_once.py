"""Wrapping a server's method: once for each reason, in whatever order they come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pages.parts.shell.wrapped_once import wrap_once


def adding(word: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    return lambda method: lambda self: f"{word} {method(self)}"


@pytest.mark.parametrize("reasons", [("a", "b"), ("b", "a"), ("a", "b", "a", "b")])
def test_each_reason_wraps_once_and_none_keeps_another_away(reasons: tuple[str, ...]) -> None:
    class Session:
        def ask(self) -> str:
            return "asked"

    for why in reasons:
        wrap_once(Session, "ask", why, adding(why))
    assert sorted(Session().ask().split()) == ["a", "asked", "b"]
