"""The layer budget in a real browser: bars follow the mouse and the keys, totals follow the bars."""

from __future__ import annotations

import re
from typing import Any

from tests.browser.live import Server


def open_budget(page: Any, server: Server, path: str) -> Any:
    page.goto(f"{server.url}/{path}&model=digits/cnn&details=Layer+budget")
    total = page.locator(".lb-total strong")
    total.wait_for(timeout=120_000)
    return total


def kilobytes(total: Any) -> float:
    return float(total.inner_text().removesuffix(" kB"))


def test_a_bar_is_dragged_and_moved_by_keys_and_the_size_follows_at_once(
    page: Any, lab_server: Server
) -> None:
    total = open_budget(page, lab_server, "pruning?sparsity=0.5")
    before = kilobytes(total)
    slider = page.get_by_role("slider", name="Zeros of conv2")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 8, steps=5)
    dragged = kilobytes(total)  # the mouse is still down: no script has run
    page.mouse.up()
    assert dragged < before - 3
    assert re.fullmatch(r"(8[89]|9\d)(\.5)? % zeros", slider.get_attribute("aria-valuetext"))
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "0 % zeros"
    assert kilobytes(total) > before


def test_solved_and_measured_the_projection_stands_beside_the_measurement(
    page: Any, lab_server: Server
) -> None:
    total = open_budget(page, lab_server, "channel-pruning?ratio=0.2")
    field = page.locator(".st-key-budget-bytes input")
    field.fill("9")
    field.press("Enter")
    page.get_by_role("button", name="Solve", exact=True).click()
    page.locator(".lb-total strong", has_text=re.compile(r"^[5-9]\.\d kB")).wait_for()
    projected = kilobytes(total)
    page.get_by_role("button", name="Measure it").click()
    page.wait_for_url(re.compile("widths=conv1"), timeout=60_000)
    page.get_by_text("Off by").wait_for(timeout=60_000)
    row = page.locator("tr", has_text="Size").inner_text()
    measured = float(re.findall(r"([\d.]+) kB", row)[1])
    assert abs(measured / projected - 1) < 0.05
