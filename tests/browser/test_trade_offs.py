"""Limits dragged in the plots, and parallel coordinates that are brushed: both ways, by pointer and by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn

pytestmark = pytest.mark.alone

MODEL = "digits/cnn"
SELECTED = "() => Number(document.querySelector('[data-plots]').dataset.selected)"
GRIP = ".lab-limit-x .lab-grip"


def opened(page: Any, server: Server, more: str = "") -> None:
    page.goto(f"{server.url}/trade-offs?model={MODEL}{more}")
    wait_until_drawn(page)
    page.locator(GRIP).first.wait_for()


def until_address(page: Any, pattern: str) -> None:
    """Until the address fits, which changes without a navigation."""
    page.wait_for_function("pattern => new RegExp(pattern).test(location.href)", arg=pattern)


def test_a_dragged_limit_is_its_number_field_and_the_link_and_goes_when_dragged_out(
    page: Any, lab_server: Server
) -> None:
    opened(page, lab_server)
    grip = page.locator(GRIP).first
    grip.hover()  # which waits until it stands still
    box = grip.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.down()
    page.mouse.move(x - 90, y, steps=4)
    page.mouse.up()
    until_address(page, "limit-size_bytes=")
    page.get_by_text(re.compile("size at most")).first.wait_for()
    field = page.get_by_label("Size at most (kB)", exact=True)
    told = re.search(r"limit-size_bytes=([\d.]+)", page.url)
    assert told is not None
    typed = "([field, value]) => Number(field.value) === value"
    page.wait_for_function(typed, arg=[field.element_handle(), float(told.group(1))])
    line = page.locator(".lab-limit-x").first
    line.focus()
    page.keyboard.press("Delete")
    until_address(page, "^(?!.*limit-size_bytes).*$")
    page.wait_for_function("field => field.value === ''", arg=field.element_handle())


def test_a_typed_loss_is_a_line_that_the_arrow_keys_move(page: Any, lab_server: Server) -> None:
    opened(page, lab_server, "&lose=2")
    line = page.locator(".lab-limit-y").first
    assert line.get_attribute("aria-valuetext") == "at most 2 lost"
    line.focus()
    page.keyboard.press("Shift+ArrowDown")
    until_address(page, "lose=(?!2(&|$))")
    told = re.search(r"lose=([\d.]+)", page.url)
    assert told is not None and float(told.group(1)) > 2


def test_a_brush_selects_in_all_views_and_a_link_restores_it(page: Any, lab_server: Server) -> None:
    opened(page, lab_server)
    axis = page.locator(".lab-axis[data-axis=size_bytes]")
    axis.focus()
    for _ in range(5):
        page.keyboard.press("PageUp")
    until_address(page, "brushed=")
    page.get_by_role("heading", name=re.compile("^Selected points")).wait_for()
    count = page.evaluate(SELECTED)
    assert 0 < count < 146
    page.goto(page.url)
    wait_until_drawn(page)
    page.wait_for_function(f"count => ({SELECTED})() === count", arg=count)
    page.locator(".lab-axis[data-axis=size_bytes]").focus()
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => ({SELECTED})() === 0")
