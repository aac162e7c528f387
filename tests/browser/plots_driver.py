"""What tests say about the plots, in the browser's terms: where a point lies, what is visible, what is drawn."""

from __future__ import annotations

import re
from typing import Any

Box = tuple[float, float, float, float]

FIND = "const lab = document.querySelector('[data-plots]').lab;"


def wait_until_drawn(page: Any) -> None:
    page.wait_for_selector("[data-plots][data-drawn]")


def drawn(page: Any) -> dict[str, str]:
    """What the component says it has drawn: sequence, key, version, pending, selected."""
    return dict(page.evaluate("() => ({...document.querySelector('[data-plots]').dataset})"))


def wait_for_key(page: Any, key: str) -> None:
    page.wait_for_selector(f"[data-plots][data-key='{key}']")


RANGES = """() => [...document.querySelectorAll('[data-plots] .js-plotly-plot')]
    .map(({_fullLayout: {xaxis, yaxis}}) => [[...xaxis.range], [...yaxis.range]])"""


def ranges(page: Any) -> list[list[list[float]]]:
    """The visible x and y range of each of the three plots."""
    return page.evaluate(RANGES)


def wait_for_ranges(page: Any, expected: list[list[list[float]]]) -> None:
    same = f"expected => JSON.stringify(({RANGES})()) === JSON.stringify(expected)"
    page.wait_for_function(same, arg=expected)


def place_of(page: Any, key: str, panel: int = 0) -> tuple[float, float]:
    """The point's place in one plot, in px of the window."""
    x, y = page.evaluate(
        f"""([key, index]) => {{ {FIND}
            const panel = lab.panels[index], row = lab.rows.get(key), box = panel.plot.getBoundingClientRect();
            return [box.left + panel.points.x[row], box.top + panel.points.y[row]]; }}""",
        [key, panel],
    )
    return x, y


RING = """(index) => {
    const box = document.querySelectorAll('.lab-marks')[index]?.querySelector('.lab-ring')?.getBoundingClientRect();
    return box?.width ? [box.left + box.width / 2, box.top + box.height / 2] : null; }"""


def place_of_current(page: Any, panel: int = 0) -> tuple[float, float]:
    """The middle of the ring around the current point, asked in one go: a redraw replaces the ring."""
    x, y = page.wait_for_function(RING, arg=panel, timeout=10_000).json_value()
    return x, y


def plot_area(page: Any, panel: int = 0) -> Box:
    """Left, top, right and bottom of a plot between its axes, in px of the window."""
    left, top, right, bottom = page.evaluate(
        f"""(index) => {{ {FIND}
            const panel = lab.panels[index], a = panel.area, box = panel.plot.getBoundingClientRect();
            return [box.left + a.left, box.top + a.top, box.left + a.left + a.width, box.top + a.top + a.height]; }}""",
        panel,
    )
    return left, top, right, bottom


def drag(page: Any, box: Box, *, shift: bool = False) -> None:
    """Drag from the box's first corner to its second; with shift it selects instead of zooming."""
    left, top, right, bottom = box
    page.mouse.move(left, top)
    if shift:
        page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.move(right, bottom)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")


def press(page: Any, slider: str, key: str = "ArrowRight") -> None:
    page.get_by_role("slider", name=re.compile(f"^{slider}")).focus()
    page.keyboard.press(key)
