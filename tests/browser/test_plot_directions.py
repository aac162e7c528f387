"""Where the plots say that better is: up for an accuracy, down for a loss."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn

MIDDLE = 170
"""Half the height of a plot [px]."""


@pytest.mark.parametrize(
    ("y", "arrow", "title", "is_down"),
    [("accuracy", "↖ better", "Accuracy, points lost ↑", False), ("memory_bytes", "↙ better", "Memory (kB) ↓", True)],
)  # fmt: skip
def test_the_corner_and_the_title_point_to_the_better_side(
    page: Any, plots_server: Server, y: str, arrow: str, title: str, is_down: bool
) -> None:
    page.goto(f"{plots_server.url}/?count=60&y={y}")
    wait_until_drawn(page)
    corner = page.locator(".lab-marks").first.get_by_text(arrow)
    assert (float(corner.get_attribute("y")) > MIDDLE) == is_down
    assert page.locator(".lab-ytitle").first.inner_text() == title
