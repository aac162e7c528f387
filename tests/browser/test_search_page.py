"""A search replayed in a real browser: step by step, from nothing to its whole front."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compression.point.goals import goal_of
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord
from compression.store.trials import Trial
from tests.browser.live import ROOT, Server, start_server
from tests.measured import a_measured

MODEL, STEP = "digits/mlp", "quantize:bits=2..8"
SWEEP = Sweep.parse(MODEL, [STEP], points=4, sampler="tpe", goal=goal_of(MODEL))
FOUND = ((3, 0.90, 3000), (2, 0.95, 2000), (5, 0.97, 5000), (8, 0.96, 8000))
"""Bits, validation accuracy and bytes: the second beats the first, the last is beaten."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """With one finished search in its store."""
    home = tmp_path / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPACT_HOME", str(home))
        store = Store.open()
    points = [
        a_measured(
            f"quantize:bits={bits}", accuracy_validation=quality, accuracy=quality, size_bytes=size
        )
        for bits, quality, size in FOUND
    ]
    store.add_all(points)
    store.trials.write(SWEEP.key, [Trial(n, n, point.recipe) for n, point in enumerate(points)])
    store.ledger.add(SweepRecord(SWEEP.key, MODEL, SWEEP.model_dump_json(), "finished", 4, done=4))
    store.close()
    started = start_server(ROOT / "app.py", folder=tmp_path, env={"COMPACT_HOME": str(home)})
    yield started
    started.stop()


def test_the_front_grows_as_the_history_is_stepped_through(page: Any, server: Server) -> None:
    page.goto(f"{server.url}/search?sweep={SWEEP.key}")
    page.wait_for_selector('.search[data-at="4"][data-front="2"]')
    page.get_by_role("slider", name="Evaluation").press("Home")
    fronts = []
    for at in range(5):
        shown = page.wait_for_selector(f'.search[data-at="{at}"]')
        fronts.append(int(shown.get_attribute("data-front")))
        if at < 4:
            page.get_by_role("button", name="Step").click()
    assert fronts == [0, 1, 1, 2, 2]
    page.get_by_role("button", name="Back").click()
    page.get_by_text("5 bits: validation accuracy 97.0 %, size 5 kB; new on the front").wait_for()
    page.get_by_label("Over", exact=True).select_option("seconds")
    page.get_by_role("img", name="Hypervolume against processor time").wait_for()
