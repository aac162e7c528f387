"""The upright axis that counts points lost: stretched near the original, readable, and one click from plain values."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.browser.live import Server
from tests.browser.plots_driver import (
    drag,
    place_of,
    place_of_current,
    plot_area,
    press,
    ranges,
    wait_for_key,
    wait_until_drawn,
)
from tests.synthetic import background, mark

TICKS = """() => [...document.querySelectorAll('.js-plotly-plot')[0].querySelectorAll('.ytick text')]
    .map((text) => [text.textContent, text.getBoundingClientRect()])
    .map(([words, {top, height}]) => [words, top + height / 2])"""
BARS = """() => [...document.querySelectorAll('.lab-marks')[0].querySelectorAll('.lab-bar')]
    .map((bar) => bar.getAttribute('d'))"""
TITLE = ".lab-ytitle"


@pytest.fixture
def plots(page: Any, plots_server: Server) -> Any:
    page.goto(f"{plots_server.url}/?count=200")
    wait_until_drawn(page)
    return page


def ticks(page: Any) -> dict[str, float]:
    """The upright axis' texts, and how high each stands [px of the window]."""
    return dict(page.evaluate(TICKS))


def test_the_ticks_say_points_and_three_of_thirty_take_half_of_the_height(plots: Any) -> None:
    found = ticks(plots)
    assert {"original", "−0.3", "−1", "−3", "−10", "−30"} <= set(found)
    whole = found["−30"] - found["original"]
    assert 0.45 < (found["−3"] - found["original"]) / whole < 0.55


def test_the_original_lies_on_its_line_and_better_points_above_it(
    page: Any, plots_server: Server
) -> None:
    page.goto(f"{plots_server.url}/?count=150")
    wait_until_drawn(page)
    values = background(150).values["accuracy"]
    assert place_of(page, "point-0")[1] == pytest.approx(ticks(page)["original"], abs=1.5)
    best = max(range(150), key=values.__getitem__)
    assert values[best] > values[0]
    _, top, _, _ = plot_area(page)
    assert top <= place_of(page, f"point-{best}")[1] < place_of(page, "point-0")[1]


def test_the_error_bar_is_stretched_too(plots: Any) -> None:
    upright = next(path for path in plots.evaluate(BARS) if "V" in path)
    low, high = float(upright.split(",")[1].split("V")[0]), float(upright.split("V")[1])
    interval = mark(4, 0.0).figures["accuracy"]
    whole = background(200).values["accuracy"][0]
    low_end, high_end = (
        math.asinh(200 * (end - whole)) for end in (interval.low or 0, interval.high or 0)
    )
    bottom, upper = ranges(plots)[0][1]
    _, top, _, last = plot_area(plots)
    per_unit = (last - top) / (upper - bottom)
    assert abs(low - high) == pytest.approx((high_end - low_end) * per_unit, rel=0.02)


def test_a_zoom_names_new_values_and_selects_what_it_shows(plots: Any) -> None:
    left, _, right, _ = plot_area(plots)
    before = ticks(plots)
    drag(plots, (left + 5, before["original"] - 8, right - 5, before["−1"] + 4))
    plots.wait_for_function(f"before => ({TICKS})().length !== before", arg=len(before))
    after = ticks(plots)
    assert len(after) >= 3 and "−10" not in after and "original" in after
    place_of_current(plots)


def test_a_box_selects_by_points_lost(plots: Any) -> None:
    left, top, right, _ = plot_area(plots)
    drag(plots, (left, top, right, ticks(plots)["−3"]), shift=True)
    values = background(200).values["accuracy"]
    expected = sum(value > values[0] - 0.03 for value in values)
    plots.get_by_text(f"selected {expected}", exact=True).wait_for()


def test_plain_accuracy_is_one_click_away_and_stays_after_a_move(plots: Any) -> None:
    button = plots.get_by_role("button", name="Points lost", exact=True)
    assert plots.locator(TITLE).first.inner_text() == "Accuracy, points lost ↑"
    button.click()
    plots.get_by_text("turned linear").wait_for()
    press(plots, "bits")
    wait_for_key(plots, "now-5-0.000")
    assert plots.locator(TITLE).first.inner_text() == "Accuracy (%) ↑"
    assert all(float(text) > 20 for text in ticks(plots))
    button.click()
    plots.get_by_text("turned lost").wait_for()
    assert "original" in ticks(plots)


def test_without_an_original_the_axis_is_the_plain_one(page: Any, plots_server: Server) -> None:
    page.goto(f"{plots_server.url}/?count=0")
    wait_until_drawn(page)
    assert page.locator(TITLE).first.inner_text() == "Accuracy (%) ↑"
    assert page.get_by_role("button", name="Points lost", exact=True).count() == 0
