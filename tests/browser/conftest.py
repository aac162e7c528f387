"""Fixtures of the browser tests. Without a Chromium they are skipped, except in CI, where they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.live import ROOT, NoBrowser, Server, as_if_new, chromium, start_server

PLOTS_APP = Path(__file__).parent / "plots_app.py"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium a file: beyond it, Playwright's event loop would be in the way of other tests."""
    try:
        with chromium() as started:
            yield started
    except NoBrowser as missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(missing))


@pytest.fixture(scope="session")
def plots_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The plots alone, on made-up points and without an engine."""
    server = start_server(PLOTS_APP, folder=tmp_path_factory.mktemp("plots"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole app with an empty store of its own."""
    folder = tmp_path_factory.mktemp("lab")
    server = start_server(
        ROOT / "app.py", folder=folder, env={"COMPACT_HOME": str(folder / "home")}
    )
    yield server
    server.stop()


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    """One browser tab a file: in a new one Streamlit's page is compiled again, which takes a second or two."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(tab: Any) -> Iterator[Any]:
    """The file's tab, as good as new."""
    with as_if_new(tab) as renewed:
        yield renewed
