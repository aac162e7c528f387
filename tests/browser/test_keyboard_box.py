"""A box of any place and size in a plot, by the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.live import Server
from tests.browser.plots_driver import drawn, place_of_current, plot_area, wait_until_drawn

BOX = ".lab-box"
INSIDE = """() => {
    const { lab } = document.querySelector('[data-plots]'), panel = lab.panels[0];
    const box = panel.pointer.querySelector('.lab-box');
    const [left, top, width, height] = ['x', 'y', 'width', 'height'].map((name) => Number(box.getAttribute(name)));
    const { x, y } = panel.points;
    return lab.background.keys.filter((_, row) =>
        x[row] >= left && x[row] <= left + width && y[row] >= top && y[row] <= top + height); }"""
EDGE = 1.1
"""Of the box' line [px], which counts to what the browser says of its place."""


@pytest.fixture
def plots(page: Any, plots_server: Server) -> Any:
    page.goto(f"{plots_server.url}/?count=60")
    wait_until_drawn(page)
    page.locator(".lab-panel").first.focus()
    return page


def selected(page: Any) -> list[str]:
    return sorted(page.evaluate("() => [...document.querySelector('[data-plots]').lab.selected]"))


def said(page: Any) -> str:
    return str(page.locator(".lab-aloud").first.text_content())


def sides(page: Any) -> tuple[float, float, float, float]:
    box = page.locator(BOX).bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


def test_it_begins_at_the_ring_moves_grows_and_is_kept(plots: Any) -> None:
    x, y = place_of_current(plots)
    plots.keyboard.press("b")
    left, top, width, height = sides(plots)
    assert abs(left + width / 2 - x) < 4 and abs(top + height / 2 - y) < 4
    plots.keyboard.press("ArrowRight")
    plots.keyboard.press("ArrowDown")
    assert sides(plots) == pytest.approx((left + 8, top + 8, width, height), abs=0.1)
    for _ in range(20):
        plots.keyboard.press("Shift+ArrowRight")
        plots.keyboard.press("Shift+ArrowDown")
    assert sides(plots)[2] > width + 60
    for _ in range(12):
        plots.keyboard.press("ArrowUp")
        plots.keyboard.press("ArrowLeft")
    inside = sorted(plots.evaluate(INSIDE))
    assert 0 < len(inside) < 60 and selected(plots) == inside
    assert said(plots) == f"In the box: {len(inside)} points."
    plots.keyboard.press("Enter")
    plots.locator(BOX).wait_for(state="detached")
    assert selected(plots) == inside and said(plots) == f"{len(inside)} points selected."
    plots.get_by_text(f"selected {len(inside)}", exact=True).wait_for()


def test_escape_brings_back_what_was_selected_before(plots: Any) -> None:
    plots.keyboard.press("ArrowRight")
    plots.keyboard.press("Shift+ArrowRight")
    before = selected(plots)
    plots.keyboard.press("B")
    for _ in range(12):
        plots.keyboard.press("ArrowUp")
    assert selected(plots) != before
    plots.keyboard.press("Escape")
    plots.locator(BOX).wait_for(state="detached")
    assert selected(plots) == before and len(before) == 2
    assert said(plots) == "The box is gone; 2 points selected."


def test_it_never_leaves_the_plot_nor_loses_its_size(plots: Any) -> None:
    plots.keyboard.press("b")
    for _ in range(90):
        plots.keyboard.press("Shift+ArrowLeft")
        plots.keyboard.press("Shift+ArrowUp")
    assert sides(plots)[2:] == pytest.approx((8, 8), abs=EDGE)
    for _ in range(90):
        plots.keyboard.press("ArrowLeft")
        plots.keyboard.press("ArrowUp")
    left, top, _, _ = plot_area(plots)
    assert sides(plots)[:2] == pytest.approx((left, top), abs=EDGE)


def test_the_keys_are_told_and_others_are_left_to_the_browser(plots: Any) -> None:
    told = plots.locator(".lab-panel").first.get_attribute("aria-description")
    assert "B begins a box" in told and "Escape leaves it" in told
    plots.keyboard.press("Control+b")
    assert plots.locator(BOX).count() == 0
    plots.keyboard.press("b")
    plots.locator(".lab-panel").nth(1).focus()
    assert plots.locator(BOX).count() == 0 and drawn(plots)["selected"] != ""
