"""The home page, its tour and the navigation in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pages.parts.faces import FACES
from tests.browser.live import Server
from tests.browser.plots_driver import press, wait_until_drawn

TILES = "[class*='st-key-tile-'] svg"


def open_home(page: Any, server: Server, width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(server.url)
    page.wait_for_selector(f".st-key-tile-all {TILES.split()[-1]}")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_every_tile_is_drawn_and_nothing_scrolls_sideways(
    page: Any, lab_server: Server, width: int
) -> None:
    open_home(page, lab_server, width)
    assert page.locator(TILES).count() == len(FACES) + 1
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 1


def test_a_click_anywhere_on_a_tile_opens_its_page(page: Any, lab_server: Server) -> None:
    open_home(page, lab_server)
    page.locator(".st-key-tile-prune").click(position={"x": 60, "y": 200})
    wait_until_drawn(page)
    assert re.search(r"/pruning\?", page.url)


@pytest.mark.parametrize(("width", "is_folded"), [(1280, True), (1440, False)])
def test_the_navigation_folds_to_icons_and_opens_when_pointed_at(
    page: Any, lab_server: Server, width: int, is_folded: bool
) -> None:
    open_home(page, lab_server, width)
    names = page.locator("[data-testid=stSidebarNavLink] span[label='Quantization']")
    content = page.locator("[data-testid=stSidebarContent]")
    assert (content.bounding_box()["width"] < 70) == is_folded
    assert (names.evaluate("e => getComputedStyle(e).opacity") == "0") == is_folded
    page.get_by_role("link", name="Home").hover()
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stSidebarContent]').clientWidth > 180"
    )
    assert names.evaluate("e => getComputedStyle(e).opacity") == "1"


def test_the_tour_moves_on_as_its_tasks_are_done(page: Any, lab_server: Server) -> None:
    open_home(page, lab_server)
    page.get_by_role("button", name="Start here").click()
    page.get_by_text("Tour, 1 of 3").wait_for()
    wait_until_drawn(page)
    press(page, "Bits", "ArrowLeft")
    page.get_by_text("Tour, 2 of 3").wait_for()
    page.get_by_role("radio", name="Number line").click()
    page.get_by_text("Tour, 3 of 3").wait_for()
    press(page, "Bits", "Home")
    page.get_by_text("The tour is over").wait_for()
    page.get_by_text("Two values for each weight").wait_for()
    page.get_by_role("button", name="Close").click()
    page.wait_for_selector(".st-key-tour", state="detached")


def test_a_chosen_value_has_its_name_on_the_page_and_its_term_in_the_address(
    page: Any, lab_server: Server
) -> None:
    page.goto(f"{lab_server.url}/quantization?method=gptq")
    wait_until_drawn(page)
    chooser = page.locator(".st-key-method [role=combobox]")
    assert chooser.input_value() == "make up for errors (gptq)"
    chooser.click()
    page.get_by_role("option", name="hqq").click()
    page.wait_for_function("() => location.search.includes('method=hqq')")
    page.reload()
    wait_until_drawn(page)
    assert "(hqq)" in page.locator(".st-key-method [role=combobox]").input_value()
