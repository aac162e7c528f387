"""A sweep of two knobs from start to end in a real browser, and the page that lists it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.live import ROOT, Server, start_server
from tests.browser.plots_driver import wait_until_drawn

MODEL = "fashion-mnist/lenet5"
FORM, DOOR = "[role=dialog]", "[data-testid=stPopoverBody]"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """With an empty store: what it lists, the test has started."""
    started = start_server(
        ROOT / "app.py", folder=tmp_path, env={"COMPACT_HOME": str(tmp_path / "home")}
    )
    yield started
    started.stop()


def test_a_sweep_of_two_knobs_is_started_listed_cancelled_resumed_renamed_and_deleted(
    page: Any, server: Server
) -> None:
    page.goto(f"{server.url}/pruning?model={MODEL}&sparsity=0.53")
    wait_until_drawn(page)
    page.get_by_role("button", name="Sweep", exact=True).click()
    form = page.locator(FORM)
    form.get_by_text(re.compile(r"50 points, about \d+ (s|min)")).wait_for()
    form.get_by_role("radio", name="Importance").or_(
        form.get_by_role("button", name="Importance")
    ).first.click()
    form.get_by_text(re.compile(r"100 points, about \d+ (s|min)")).wait_for()
    form.get_by_role("button", name="Start the sweep").click()
    form.wait_for(state="detached")
    page.get_by_text(re.compile(r"^\d+ of 100")).wait_for()

    page.goto(f"{server.url}/runs")
    page.get_by_text(re.compile(r"^[1-9]\d* of 100 points")).wait_for(timeout=60_000)
    page.reload()
    page.get_by_role("link", name="Pruning: sparsity 0 to 0.98, importance").wait_for()
    page.get_by_text(re.compile(r"^\d+ of 100 points, about \d+ (s|min) left")).wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text(re.compile(r"^Cancelled: \d+ of 100 points")).wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text(re.compile(r"^\d+ of 100 points")).wait_for()

    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("Night run")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Night run").wait_for()
    page.locator(DOOR).wait_for(state="detached")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete this run").click()
    page.get_by_text("No runs yet").wait_for()
    page.reload()
    page.get_by_text("No runs yet").wait_for()
