"""The panels below the plots, in a real browser on the real engine."""

from __future__ import annotations

import re
from typing import Any

from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn

MODEL = "digits/cnn"


def open_panel(page: Any, server: Server, name: str, more: str = "") -> None:
    page.goto(f"{server.url}/quantization?model={MODEL}&details={name}{more}")
    wait_until_drawn(page)


def test_bits_by_layer_add_up_in_the_browser_and_are_measured_when_applied(
    page: Any, lab_server: Server
) -> None:
    open_panel(page, lab_server, "Bits+by+layer", "&bits=4")
    total = page.locator(".lb-total")
    total.get_by_text("4.00 bits on average").wait_for(timeout=60_000)
    slider = page.get_by_role("slider", name="Bits of conv1")
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == "8 bits"
    assert "less error than 4 bits everywhere" in total.inner_text()
    page.get_by_role("button", name="Apply and measure").click()
    page.wait_for_url(re.compile("layers=conv1"), timeout=60_000)
    page.get_by_text("Measured:").wait_for(timeout=60_000)
    assert page.locator(".lb-total strong").inner_text().endswith("kB")


def test_a_size_is_solved_for(page: Any, lab_server: Server) -> None:
    open_panel(page, lab_server, "Bits+by+layer", "&bits=8")
    page.locator(".lb-total").wait_for(timeout=60_000)
    field = page.get_by_test_id("stNumberInputField")
    field.fill("2.5")
    field.press("Enter")
    page.get_by_role("button", name="Solve for size").click()
    page.locator(".lb-total strong", has_text=re.compile(r"^2\.[0-5] kB")).wait_for()


def test_the_number_line_follows_the_knobs(page: Any, lab_server: Server) -> None:
    open_panel(page, lab_server, "Number+line", "&bits=3")
    page.get_by_text("8 whole numbers").wait_for(timeout=60_000)
    page.locator(".st-key-bits input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("16 whole numbers").wait_for(timeout=60_000)


def test_the_scan_comes_in_layer_by_layer(page: Any, lab_server: Server) -> None:
    open_panel(page, lab_server, "Sensitivity", "&bits=2")
    page.get_by_text("What rounding costs, one layer at a time").wait_for(timeout=60_000)
    bars = page.locator(".st-key-sensitivity .bars .point")
    bars.nth(5).wait_for(state="attached")
    assert bars.count() == 6  # two for each of three layers


def test_the_cut_and_the_holes_follow_the_slider(page: Any, lab_server: Server) -> None:
    """Before Python answers: the panel follows the slider in the browser, from one answer for all its positions."""
    page.goto(f"{lab_server.url}/pruning?model={MODEL}&sparsity=0.5&details=Ranking")
    wait_until_drawn(page)
    picture = page.locator(".insight")
    picture.locator(".insight-words", has_text="weights go").wait_for(timeout=60_000)
    layer = picture.get_by_role("button", name=re.compile("^fc"))
    before = layer.inner_text()
    page.locator(".st-key-sparsity input[type=range]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    picture.and_(page.locator("[data-at='0.7']")).wait_for()
    assert layer.inner_text() != before
    layer.click()
    picture.get_by_text("fc: lamp score of each weight").wait_for()
    page.locator(".st-key-details").get_by_text("Weights", exact=True).click()
    picture.get_by_text("in the finished model").wait_for(timeout=60_000)
    assert int(picture.get_attribute("data-holes") or 0) > 0


def test_channels_beyond_the_cut_go(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/channel-pruning?model={MODEL}&ratio=0.25&details=Ranking")
    wait_until_drawn(page)
    picture = page.locator(".insight")
    picture.get_by_text("channels stay").wait_for(timeout=60_000)
    bars = picture.locator(".insight-card").first.locator("rect.insight-goes")
    few = bars.count()
    page.locator(".st-key-ratio input[type=range]").focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    picture.and_(page.locator("[data-at='0.65']")).wait_for()
    assert bars.count() > few
