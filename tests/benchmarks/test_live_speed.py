"""Unknown points and a cold start: from the key press to the first estimate and to the full test set.

Measured on a copy of the project without its bundled points, else every slider position is known.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.spread import Spread, Target, report
from tests.browser.live import ROOT, NoBrowser, chromium, start_server

MOVES = 8
STARTS = (0.1, 0.14)
ADDRESS = "pruning?model=fashion-mnist/lenet5&sparsity={}&repair=none"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "build", "points", "tests", "__pycache__")

WATCH = """() => {
    const stamp = document.querySelector('[data-plots]').dataset;
    const before = stamp.key;
    const live = window.live = { from: null, first: null, full: null };
    addEventListener('keydown', (event) => { live.from ??= event.timeStamp; }, { capture: true, once: true });
    const look = () => {
        if (live.from !== null && stamp.key && stamp.key !== before) {
            live.first ??= performance.now() - live.from;
            if (!stamp.pending) live.full = performance.now() - live.from;
        }
        if (live.full === null) requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture(scope="module")
def bare_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bare") / "project"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    yield folder


def test_an_unknown_point_and_a_cold_start(bare_project: Path, tmp_path: Path) -> None:
    """One visitor whose browser is open already; times count from the start of the server."""
    try:
        with chromium() as browser:
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(60_000)
            began = time.perf_counter()
            server = start_server(
                bare_project / "app.py",
                folder=tmp_path,
                cwd=bare_project,
                env={"COMPACT_HOME": str(tmp_path / "home")},
            )
            try:
                page.goto(f"{server.url}/{ADDRESS.format(STARTS[0])}")
                print(json.dumps({"benchmark": "cold start", **_first_seen(page, began)}))
                first, full = _unknown_points(page, server.url)
            finally:
                server.stop()
    except NoBrowser as missing:
        pytest.skip(str(missing))
    report("new lenet5 point, first estimate", Spread.of(first), target=Target(150, 220))
    report("new lenet5 point, all 10,000 images", Spread.of(full), target=Target(600))
    assert all(one <= other for one, other in zip(first, full, strict=True))


def _first_seen(page: Any, began: float) -> dict[str, float]:
    seen = {}
    for name, selector in (
        ("title_s", "h1"),
        ("plots_s", "[data-plots][data-drawn]"),
        ("first_point_s", "[data-plots]:not([data-key=''])[data-drawn]"),
    ):
        page.wait_for_selector(selector)
        seen[name] = round(time.perf_counter() - began, 2)
    return seen


def _unknown_points(page: Any, url: str) -> tuple[list[float], list[float]]:
    """Milliseconds from one key press to the first estimate, and to the whole test set.

    Page Up goes several steps of the slider at once: to a point that was not measured ahead.
    """
    first, full = [], []
    for start in STARTS:
        page.goto(f"{url}/{ADDRESS.format(start)}")
        page.wait_for_selector("[data-plots][data-key][data-pending='']:not([data-key=''])")
        page.wait_for_timeout(3_000)
        page.get_by_role("slider", name="Sparsity").focus()
        for _ in range(MOVES):
            page.evaluate(WATCH)
            page.keyboard.press("PageUp")
            page.wait_for_function("() => live.full !== null", polling=50)
            times = page.evaluate("() => live")
            first.append(times["first"])
            full.append(times["full"])
            page.wait_for_timeout(1_500)
    return first, full
