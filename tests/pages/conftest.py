"""Fixtures of the pages' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from compression.recipe import Recipe
from pages.parts import data


class Idle:
    """An engine that is asked for what the user may want next, and does nothing."""

    def warm(self, model: str) -> None:
        pass

    def hurry(self) -> None:
        pass

    def request(self, recipe: Recipe, *, priority: int) -> None:
        pass


@pytest.fixture
def own_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty store, whatever points other tests have made, and nobody who measures."""
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    monkeypatch.setattr(data, "engine", Idle)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
