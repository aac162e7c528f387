"""Pages as a test opens them, by their addresses: alone, or inside the whole app."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from pages.parts.faces import FACES

ROOT = Path(__file__).parents[1]
FILES = {
    "": "pages/start/home.py",
    "trade-offs": "pages/decide/trade_offs.py",
    "compare": "pages/decide/compare.py",
    "lineage": "pages/decide/lineage.py",
    "deploy": "pages/decide/deploy.py",
    "runs": "pages/decide/runs.py",
    "search": "pages/decide/search.py",
    "present": "pages/decide/present.py",
    "share": "pages/share/share.py",
    "learn": "pages/learn/learn.py",
    "lesson": "pages/learn/lesson.py",
}
"""Pages that have a file of their own, by address; all others are those of `FACES`."""

ADDRESSES = [*(face.address for face in FACES.values()), "trade-offs", "present"]
"""The pages of a model's points: all but the home page and the runs."""


def alone(address: str, **query: str) -> AppTest:
    """The page without the app around it, with this in its address."""
    if address in FILES:
        test = AppTest.from_file(str(ROOT / FILES[address]), default_timeout=60)
    else:
        test = AppTest.from_function(_technique_page, args=(address,), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def in_app(address: str = "", **query: str) -> AppTest:
    """The whole app on this page; on its first one without an address."""
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    if address:
        # AppTest.switch_page knows pages by their files; a technique's page has none.
        test._page_hash = calc_hash(address)
        test.run()
    return test


def _technique_page(address: str) -> None:
    from pages.parts.faces import FACES
    from pages.parts.shell.navigation import open_technique

    open_technique(next(face for face in FACES.values() if face.address == address))
