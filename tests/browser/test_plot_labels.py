"""What is written in and around the plots: nothing collides, nothing leaves its plot, at any width."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.live import Server
from tests.browser.plots_driver import place_of, wait_until_drawn
from tests.contrast import contrast, themed
from tests.synthetic import background

Rectangle = tuple[float, float, float, float]
SIZES = [(390, 844), (1024, 768), (1280, 800), (1440, 900), (1920, 1080)]

BOXES = """([index, selector]) => [...document.querySelectorAll('.lab-panel')[index].querySelectorAll(selector)]
    .map((each) => each.getBoundingClientRect()).map(({left, top, right, bottom}) => [left, top, right, bottom])"""
COLORS = """() => document.querySelector('[data-plots] .js-plotly-plot').data.filter(({marker}) => marker)
    .map(({marker}) => [marker.symbol, marker.color, marker.opacity])"""


def boxes(page: Any, panel: int, selector: str) -> list[Rectangle]:
    return [tuple(box) for box in page.evaluate(BOXES, [panel, selector])]


def collide(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(box: Rectangle, outer: Rectangle) -> bool:
    return (
        outer[0] <= box[0] and box[2] <= outer[2] and outer[1] <= box[1] and box[3] <= outer[3] + 1
    )


def opened(page: Any, server: Server, size: tuple[int, int], address: str = "count=200") -> Any:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{server.url}/?{address}")
    wait_until_drawn(page)
    return page


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("stand", ["bits=8&sparsity=0", "bits=4&sparsity=0.5", "bits=2"])
def test_labels_stay_inside_and_never_cover_each_other_or_the_ring(
    page: Any, plots_server: Server, size: tuple[int, int], stand: str
) -> None:
    opened(page, plots_server, size, f"count=200&{stand}")
    written = 0
    for panel in range(3):
        (frame,) = boxes(page, panel, ".lab-plot")
        labels = boxes(page, panel, ".lab-marks text")
        rings = boxes(page, panel, ".lab-ring")
        written += len(labels)
        assert all(within(label, frame) for label in labels)
        for row, label in enumerate(labels):
            assert not any(collide(label, other) for other in [*labels[row + 1 :], *rings])
    assert written > 6


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_axes_texts_never_collide(page: Any, plots_server: Server, size: tuple[int, int]) -> None:  # fmt: skip
    opened(page, plots_server, size)
    for panel in range(3):
        for axis in (".xtick text", ".ytick text"):
            texts = boxes(page, panel, axis)
            assert len(texts) >= 3 or axis == ".ytick text"
            for row, text in enumerate(texts):
                assert not any(collide(text, other) for other in texts[row + 1 :])


def test_the_knees_are_written_beside_the_front(page: Any, plots_server: Server) -> None:
    opened(page, plots_server, (1440, 900), "count=200&unknown=true")
    points = background(200)
    row = points.knees["size_bytes"][0]
    (whole, size), (best, here) = (
        [points.values[name][row] or 0.0 for row in (0, row)] for name in ("size_bytes", "accuracy")
    )
    words = f"{whole / size:.1f}x, −{100 * (best - here):.1f}"
    assert words in page.locator(".lab-marks").first.text_content()


@pytest.mark.parametrize("size", SIZES[1:], ids=str)
def test_three_in_a_row_are_high_enough_and_grow_with_the_window(
    page: Any, plots_server: Server, size: tuple[int, int]
) -> None:
    opened(page, plots_server, size)
    heights = {box[3] - box[1] for panel in range(3) for box in boxes(page, panel, ".lab-plot")}
    assert len(heights) == 1 and min(heights) >= 340
    assert min(heights) > 500 or size[1] < 1080


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_hover_box_has_five_rows_beside_its_point_in_its_own_plot(
    page: Any, plots_server: Server, size: tuple[int, int]
) -> None:
    opened(page, plots_server, size)
    shown = 0
    for panel in range(3):
        page.locator(".lab-panel").nth(panel).scroll_into_view_if_needed()
        (frame,) = boxes(page, panel, ".lab-plot")
        for row in background(200).knees["size_bytes"]:
            x, y = place_of(page, f"point-{row}", panel)
            if not within((x, y, x, y), frame):
                continue
            page.mouse.move(x, y)
            box = page.locator(".lab-hover").bounding_box()
            shown += 1
            assert frame[0] - 1 <= box["x"] and box["x"] + box["width"] <= frame[2] + 1
            right, bottom = box["x"] + box["width"], box["y"] + box["height"]
            assert not (box["x"] < x < right and box["y"] < y < bottom)
            assert page.locator(".lab-hover tr").count() <= 4, "with its title"
            assert box["height"] <= 5 * 18 + 14
    assert shown >= 3


def test_the_point_is_ringed_in_the_other_plots_too(page: Any, plots_server: Server) -> None:
    opened(page, plots_server, (1280, 800))
    page.mouse.move(*place_of(page, "point-0", 1))
    assert [len(boxes(page, panel, ".lab-under")) for panel in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_mark_is_visible_and_the_original_has_the_texts_colour(
    page: Any, plots_server: Server, theme: str
) -> None:
    page.emulate_media(color_scheme=theme)
    opened(page, plots_server, (1280, 800))
    under = themed(theme, "backgroundColor")
    drawn = page.evaluate(COLORS)
    assert len(drawn) > 6
    for _, color, opacity in drawn:
        assert opacity == 1
        assert contrast(as_hex(color), under) >= 3
    symbol, color, _ = drawn[-1]
    assert (symbol, as_hex(color)) == ("diamond", themed(theme, "textColor"))


def as_hex(color: str) -> str:
    if color.startswith("#"):
        return color
    parts = color.removeprefix("rgb(").removesuffix(")").split(",")
    return "#" + "".join(f"{int(part):02x}" for part in parts)
