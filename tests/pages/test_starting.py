"""While the web server starts one thread alone imports: scripts wait for it, and for no longer than it takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shell import importing, starting

ROOT = Path(__file__).parents[2]
SECONDS = 20


@pytest.fixture(autouse=True)
def nobody_waits_afterwards() -> Iterator[None]:
    yield
    importing.NAVIGATION.set()
    importing.PAGES.set()


def is_drawn(test: AppTest) -> bool:
    return bool(test.title)


def test_a_script_waits_for_what_is_being_imported_and_then_runs() -> None:
    importing.announce()
    drawn: list[Any] = []
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=2 * SECONDS)
    visitor = threading.Thread(target=lambda: drawn.append(app.run()))
    visitor.start()
    visitor.join(0.5)
    assert visitor.is_alive() and not drawn
    importing.NAVIGATION.set()
    visitor.join(0.5)
    assert visitor.is_alive() and not drawn
    importing.PAGES.set()
    visitor.join(SECONDS)
    assert drawn and is_drawn(drawn[0])


def test_navigation_comes_first_and_the_engine_last(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, bool, bool]] = []

    def look(name: str) -> None:
        seen.append((name, importing.NAVIGATION.is_set(), importing.PAGES.is_set()))

    monkeypatch.setattr(starting, "import_module", look)
    monkeypatch.setattr(starting, "start_engine", lambda: look("engine"))
    importing.announce()
    starting.get_ready()
    shell = "pages.parts.shell"
    assert seen == [
        (f"{shell}.navigation", False, False),
        (f"{shell}.technique_page", True, False),
        ("engine", True, True),
    ]


def test_nobody_waits_for_ever_where_an_import_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_name: str) -> None:
        raise ImportError("half a package")

    monkeypatch.setattr(starting, "import_module", fails)
    importing.announce()
    with pytest.raises(ImportError, match="half a package"):
        starting.get_ready()
    assert importing.NAVIGATION.is_set() and importing.PAGES.is_set()
