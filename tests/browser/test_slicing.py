"""The picture of slicing in a real browser: cuts follow the hand and the keys, figures follow the cuts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.live import Server

MODEL = "digits/cnn"


def open_slicing(page: Any, server: Server, more: str = "") -> Any:
    """The only cut, best behind conv1."""
    page.goto(f"{server.url}/slicing?model={MODEL}&stages=2{more}")
    cut = page.get_by_role("slider", name="Cut between devices 1 and 2")
    cut.wait_for(timeout=120_000)
    page.wait_for_selector("[data-plots][data-pending='']", timeout=60_000)
    return cut


def on_one(page: Any, device: int) -> str:
    return page.locator(".slice-names").nth(device - 1).inner_text()


def test_a_cut_is_moved_by_keys_measured_and_put_back(page: Any, lab_server: Server) -> None:
    cut = open_slicing(page, lab_server)
    assert cut.get_attribute("aria-valuetext") == "behind conv1, sends 1.02 kB"
    best = page.get_by_role("button", name="Best cuts")
    assert best.is_disabled() and "cuts=" not in page.url
    cut.focus()
    page.keyboard.press("ArrowRight")
    assert cut.get_attribute("aria-valuetext") == "behind conv2, sends 512 B"  # at once
    assert on_one(page, 2) == "fc"
    worked_out = page.locator(".slice").inner_text()
    page.wait_for_url(re.compile("cuts=2"))
    page.locator(".slice[data-planned='2']").wait_for(timeout=60_000)
    assert page.locator(".slice").inner_text() == worked_out  # as the engine says too
    assert cut.evaluate("each => each === document.activeElement")
    page.keyboard.press("End")  # there already
    page.keyboard.press("Home")
    page.wait_for_url(re.compile("cuts=1"))
    best.click()
    page.wait_for_url(lambda url: "cuts=" not in url)
    page.get_by_text("Best for throughput").wait_for()
    assert cut.get_attribute("aria-valuenow") == "1"


def test_a_cut_is_dragged_and_stops_at_cut_points_only(page: Any, lab_server: Server) -> None:
    cut = open_slicing(page, lab_server)
    cut.scroll_into_view_if_needed()
    box = cut.bounding_box()
    strip = page.locator(".slice-strip").bounding_box()
    y = box["y"] + 0.7 * box["height"]
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(strip["x"] + strip["width"] + 50, y, steps=4)
    assert (
        on_one(page, 1) == "conv1 to conv2 (2 layers)"
    )  # the mouse is still down: no script has run
    assert "cuts=" not in page.url
    page.mouse.up()
    page.wait_for_url(re.compile("cuts=2"))


def test_what_does_not_fit_is_said_where_it_does_not(page: Any, lab_server: Server) -> None:
    cut = open_slicing(page, lab_server, "&cap_kb=20")
    misfit = page.locator(".slice-card", has=page.locator(".slice-misfit"))
    assert "conv1 to conv2" in misfit.inner_text() and misfit.count() == 1
    said = "needs 7.39 kB more than the device has; conv2 alone needs 2.66 kB more"
    assert misfit.locator(".slice-misfit").inner_text().split("\n")[-1] == said
    cut.focus()
    page.keyboard.press("ArrowLeft")
    assert "conv2 to fc" in misfit.inner_text() and misfit.count() == 1  # the other one, at once


def test_a_layer_that_is_shared_out_has_no_cut_to_move_until_it_is_put_together(
    page: Any, lab_server: Server
) -> None:
    page.goto(f"{lab_server.url}/slicing?model={MODEL}&stages=3&objective=memory&cap_kb=24")
    page.locator(".slice-shared").wait_for(timeout=120_000)
    assert page.locator(".slice [role=slider]").count() == 0
    assert page.locator(".slice-card", has_text="of the channels of conv2").count() > 1
    page.get_by_role("button", name="Cut between layers only").click()
    page.get_by_role("slider", name="Cut between devices 2 and 3").wait_for()
    assert "split=off" in page.url


def test_a_block_is_as_wide_as_its_time_or_its_weights(page: Any, lab_server: Server) -> None:
    open_slicing(page, lab_server)
    first = page.locator(".slice-block").first
    by_time = first.bounding_box()["width"]
    page.get_by_role("button", name="weights", exact=True).click()
    assert first.bounding_box()["width"] < by_time / 3


def test_the_pipeline_moves_on_request_and_never_for_those_who_want_no_motion(
    page: Any, lab_server: Server
) -> None:
    open_slicing(page, lab_server)
    play = page.locator(".slice-pipeline button")
    tokens = page.locator(".slice-token")
    assert play.is_hidden() and tokens.count() == 2  # still, and full
    page.emulate_media(reduced_motion="no-preference")
    play.click()
    page.wait_for_function("() => document.querySelectorAll('.slice-token').length === 1")
    page.wait_for_function("() => document.querySelectorAll('.slice-token').length === 2")
    play.click()
    assert play.inner_text() == "Go on"


def test_the_strip_fits_a_phone(page: Any, lab_server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_slicing(page, lab_server)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".slice").bounding_box()["width"] <= 390


@pytest.mark.alone
@pytest.mark.slow
def test_a_device_dies_from_the_page_and_comes_back(page: Any, lab_server: Server) -> None:
    open_slicing(page, lab_server, "&details=Run")
    page.get_by_role("button", name="Run it").click()
    page.get_by_text("all devices are alive").wait_for(timeout=60_000)
    second = page.locator(".st-key-device-2")
    second.get_by_role("button", name="Stop this device").click()
    page.get_by_text("nothing is answered until it is back").wait_for()
    assert "stopped" in second.inner_text()
    second.get_by_role("button", name="Start it again").click()
    page.get_by_text("all devices are alive").wait_for()
    page.get_by_role("button", name="End all").click()
    page.get_by_role("button", name="Run it").wait_for()
