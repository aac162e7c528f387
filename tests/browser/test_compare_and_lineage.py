"""The tree of recipes beside the plots, an order measured at one click, and the flipped pictures of two points."""

from __future__ import annotations

from typing import Any

import pytest

from compression.store import bundled
from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn

MODEL = "digits/cnn"
CHAIN = next(p for p in bundled.points(MODEL).values() if len(p.recipe.steps) == 2)
POINTED = """key => { const lab = document.querySelector('[data-plots]').lab;
    lab.hover.at(lab.panels[0], lab.background.keys.indexOf(key)); }"""


def node(page: Any, key: str) -> Any:
    return page.locator(f".lab-tree .lab-node[data-key='{key}']")


@pytest.mark.alone
def test_what_is_pointed_at_in_the_tree_is_ringed_in_the_plots_and_back(
    page: Any, lab_server: Server
) -> None:
    page.goto(f"{lab_server.url}/lineage?model={MODEL}")
    wait_until_drawn(page)
    node(page, CHAIN.key).hover()
    page.locator(".lab-hover", has_text=CHAIN.recipe.describe()).wait_for()
    page.evaluate(POINTED, CHAIN.key)
    page.locator(f".lab-node-pointed[data-key='{CHAIN.key}']").wait_for()
    node(page, CHAIN.key).click()
    page.locator(f".lab-node-current[data-key='{CHAIN.key}']").wait_for()
    page.wait_for_selector(f"[data-plots][data-key='{CHAIN.key}']")
    assert f"node={CHAIN.key[:7]}" in page.url
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-level')") == "2"


@pytest.mark.alone
def test_a_missing_order_is_measured_at_one_click_and_survives_a_reload(
    page: Any, lab_server: Server
) -> None:
    page.goto(f"{lab_server.url}/lineage?model={MODEL}&node={CHAIN.key[:7]}")
    page.get_by_role("button", name="Measure the missing order").click()
    page.get_by_text("2 orders, 2 measured").wait_for(timeout=90_000)
    page.reload()
    page.get_by_text("2 orders, 2 measured").wait_for(timeout=30_000)


@pytest.mark.alone
def test_two_points_of_a_link_show_the_pictures_that_flip_between_them(
    page: Any, lab_server: Server
) -> None:
    original = next(p for p in bundled.points(MODEL).values() if not p.recipe.steps)
    worst = min(
        (p for p in bundled.points(MODEL).values() if p.recipe.technique == "quantize"),
        key=lambda point: point.quality or 1.0,
    )
    link = f"{original.key[:7]}-{worst.key[:7]}"
    page.goto(f"{lab_server.url}/compare?model={MODEL}&points={link}&view=Pictures")
    page.get_by_text("answers flipped").wait_for(timeout=60_000)
    page.wait_for_selector("[data-flips]")
    assert f"points={link}" in page.url and "view=Pictures" in page.url
