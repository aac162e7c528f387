"""The plot component in a real browser: what moves, what stays, what is told to Python."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.live import Server
from tests.browser.plots_driver import (
    drag,
    drawn,
    place_of,
    place_of_current,
    plot_area,
    press,
    ranges,
    wait_for_key,
    wait_for_ranges,
    wait_until_drawn,
)
from tests.synthetic import background

PAINTED = """() => [...document.querySelectorAll('.lab-selection')].map(canvas =>
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(v => v > 0))"""


@pytest.fixture
def plots(page: Any, plots_server: Server) -> Any:
    page.goto(f"{plots_server.url}/?count=60")
    wait_until_drawn(page)
    return page


def test_a_key_press_moves_the_current_point_in_all_three_plots(plots: Any) -> None:
    before = [place_of_current(plots, panel) for panel in range(3)]
    press(plots, "bits")
    wait_for_key(plots, "now-5-0.000")
    after = [place_of_current(plots, panel) for panel in range(3)]
    assert all(a != b for a, b in zip(before, after, strict=True))


def test_a_move_sends_little_and_keeps_the_plots(plots: Any) -> None:
    plots.evaluate(
        "() => document.querySelectorAll('.js-plotly-plot').forEach(plot => plot.mine = true)"
    )
    sizes: list[int] = []
    sent = plots.evaluate(
        "() => document.querySelector('[data-plots]').lab.data.background === undefined"
    )
    press(plots, "bits")
    wait_for_key(plots, "now-5-0.000")
    sizes.append(
        plots.evaluate(
            "() => JSON.stringify(document.querySelector('[data-plots]').lab.data).length"
        )
    )
    assert (
        plots.evaluate(
            "() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.mine)"
        )
        == [True] * 3
    )
    assert sizes[0] < 4_000
    assert not sent, "the first message carries the background"


def test_the_plots_have_equal_heights_and_a_common_accuracy_axis(plots: Any) -> None:
    heights = {round(box["height"]) for box in boxes(plots)}
    assert len(heights) == 1
    assert len({tuple(y) for _, y in ranges(plots)}) == 1


def test_zoom_survives_a_move_and_a_new_background(plots: Any) -> None:
    left, top, right, bottom = plot_area(plots, 1)
    drag(plots, (left + 20, top + 20, right - 40, bottom - 60))
    zoomed = ranges(plots)
    press(plots, "bits")
    wait_for_key(plots, "now-5-0.000")
    assert ranges(plots) == zoomed
    plots.get_by_role("spinbutton", name="version").fill("2")
    plots.keyboard.press("Enter")
    plots.wait_for_selector("[data-plots][data-version$='60 2']")
    assert ranges(plots) == zoomed


def test_zooming_one_plot_zooms_the_accuracy_of_all(plots: Any) -> None:
    before = ranges(plots)
    left, top, right, bottom = plot_area(plots, 0)
    drag(plots, (left + 20, top + 20, right - 40, bottom - 60))
    after = ranges(plots)
    assert after[0][1] != before[0][1]
    assert after[0][1] == after[1][1] == after[2][1]
    assert after[1][0] == before[1][0], "the other x axes stay"


def test_a_double_click_shows_everything_again(plots: Any) -> None:
    before = ranges(plots)
    left, top, right, bottom = plot_area(plots, 0)
    drag(plots, (left + 20, top + 20, right - 40, bottom - 60))
    assert ranges(plots) != before
    plots.mouse.dblclick(left + 5, bottom - 30)
    wait_for_ranges(plots, before)


def test_another_question_has_a_zoom_of_its_own(plots: Any) -> None:
    before = ranges(plots)
    left, top, right, bottom = plot_area(plots, 0)
    drag(plots, (left + 20, top + 20, right - 40, bottom - 60))
    plots.get_by_role("combobox", name="question").click()
    plots.get_by_role("option", name="second").click()
    plots.wait_for_selector("[data-plots][data-version^='second']")
    assert ranges(plots) == before


def test_a_box_in_one_plot_lights_the_same_points_up_in_all_three(plots: Any) -> None:
    left, top, right, bottom = plot_area(plots, 2)
    drag(plots, (left + 2, top + 2, (left + right) / 2, bottom - 2), shift=True)
    count = int(drawn(plots)["selected"])
    assert 0 < count < 60
    painted = plots.evaluate(PAINTED)
    assert painted == [True] * 3
    plots.get_by_text(f"selected {count}", exact=True).wait_for()


def test_a_selection_survives_a_new_background_and_escape_ends_it(plots: Any) -> None:
    left, top, right, bottom = plot_area(plots, 0)
    drag(plots, (left + 2, top + 2, (left + right) / 2, bottom - 2), shift=True)
    count = drawn(plots)["selected"]
    plots.get_by_role("spinbutton", name="version").fill("3")
    plots.keyboard.press("Enter")
    plots.wait_for_selector("[data-plots][data-version$='60 3']")
    assert drawn(plots)["selected"] == count
    plots.locator(".lab-panel").first.focus()
    plots.keyboard.press("Escape")
    assert drawn(plots)["selected"] == "0"


def test_a_click_tells_the_points_key_before_the_page_runs(plots: Any) -> None:
    plots.mouse.click(*place_of(plots, "point-0", 1))
    plots.get_by_text("picked point-0, restored point-0").wait_for()


def test_hover_shows_the_drawn_figures_and_a_click_shows_all(plots: Any) -> None:
    plots.mouse.move(*place_of(plots, "point-0"))
    words = plots.locator(".lab-hover").inner_text()
    for part in ("Accuracy", "91.", "%", "Size", "kB", "Latency", "ms", "Energy", "mJ", "modelled"):
        assert part in words
    assert "Memory" not in words
    plots.mouse.click(*place_of(plots, "point-0"))
    assert "Memory" in plots.locator(".lab-hover").inner_text()


def test_the_keyboard_walks_along_the_front_and_picks(plots: Any) -> None:
    plots.locator(".lab-panel").first.focus()
    plots.keyboard.press("ArrowRight")
    plots.keyboard.press("ArrowRight")
    row = plots.evaluate("() => document.querySelector('[data-plots]').lab.hover.row")
    assert background(60).standing["size_bytes"][row] == 2
    plots.keyboard.press("Enter")
    plots.get_by_text(f"picked point-{row}").wait_for()


def test_points_are_selected_by_keyboard(plots: Any) -> None:
    plots.locator(".lab-panel").first.focus()
    plots.keyboard.press("ArrowRight")
    for count in (2, 3):
        plots.keyboard.press("Shift+ArrowRight")
        assert drawn(plots)["selected"] == str(count)
    plots.get_by_text("selected 3", exact=True).wait_for()
    plots.keyboard.press("a")
    left, top, right, bottom = plot_area(plots)
    all_in_view = drawn(plots)["selected"]
    drag(plots, (left, top, right, bottom), shift=True)
    assert int(all_in_view) > 3 and drawn(plots)["selected"] == all_in_view
    plots.keyboard.press("Escape")
    plots.locator(".lab-panel").first.focus()
    plots.keyboard.press("Escape")
    assert drawn(plots)["selected"] == "0"


def test_what_is_awaited_is_said_and_the_ring_is_dashed(plots: Any) -> None:
    plots.get_by_text("awaited", exact=True).click()
    plots.get_by_text("measuring all 10,000 images, about 1 s").wait_for()
    assert plots.locator(".lab-waiting").count() == 3


def test_without_an_estimate_the_old_ring_stays(plots: Any) -> None:
    before = place_of_current(plots)
    plots.get_by_text("unknown", exact=True).click()
    plots.wait_for_selector(".lab-gone")
    assert place_of_current(plots) == before


def test_coming_back_to_the_page_draws_the_plots_again(plots: Any) -> None:
    plots.get_by_test_id("stSidebarNavLink").filter(has_text="Elsewhere").click()
    plots.get_by_text("elsewhere", exact=True).wait_for()
    plots.get_by_test_id("stSidebarNavLink").filter(has_text="Plots").click()
    wait_until_drawn(plots)
    assert (
        plots.evaluate("() => document.querySelector('[data-plots]').lab.background.keys.length")
        == 200
    )


def test_no_points_say_so(page: Any, plots_server: Server) -> None:
    page.goto(f"{plots_server.url}/?count=0&unknown=true")
    wait_until_drawn(page)
    assert page.get_by_text("No measured points yet.").count() == 3


def test_many_points_are_drawn_by_webgl(page: Any, plots_server: Server) -> None:
    page.goto(f"{plots_server.url}/?count=1500")
    wait_until_drawn(page)
    assert page.locator(".gl-canvas").count() > 0
    assert page.locator(".scatterlayer .point").count() == 0


def test_a_phone_gets_the_plots_one_under_the_other(page: Any, plots_server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{plots_server.url}/?count=60")
    wait_until_drawn(page)
    tops = [box["y"] for box in boxes(page)]
    assert tops[0] < tops[1] < tops[2]
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_theme_switch_redraws_the_axes(plots: Any) -> None:
    color = "() => getComputedStyle(document.querySelector('.js-plotly-plot .xtick text')).fill"
    before = plots.evaluate(color)
    plots.emulate_media(color_scheme="dark")
    plots.wait_for_function(f"before => ({color})() !== before", arg=before)


def boxes(page: Any) -> list[dict[str, float]]:
    return [page.locator(".lab-panel").nth(panel).bounding_box() for panel in range(3)]
