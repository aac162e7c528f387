"""What a notebook shows of points, and the table that they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas
import pytest

from compression.point import METRICS, Point, Points
from compression.point.html import ACCENT
from compression.point.miniature import MOST, miniature
from compression.point.trade_off import TradeOff
from compression.store import bundled
from tests.contrast import contrast
from tests.measured import a_measured, a_point

ROOT = Path(__file__).parents[2]
MODEL = "fashion-mnist/resnet8"
BUNDLED = tuple(bundled.points(MODEL).values())


def pictures(html: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


def named(picture: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    return picture.findall(f".//{{http://www.w3.org/2000/svg}}{tag}")


def a_front(losses: dict[float, float]) -> Points:
    """An original of 100 kB, and points of other sizes that lose so many points."""
    original = a_measured(accuracy=0.95, size_bytes=100e3)
    others = [
        a_measured(
            f"prune:sparsity={0.02 * (n + 1):.2f}", accuracy=0.95 - lost / 100, size_bytes=size
        )
        for n, (size, lost) in enumerate(losses.items())
    ]
    return Points([original, *others])


def test_a_table_has_a_row_a_point_and_all_that_measures_it_again() -> None:
    points = Points([a_point(seed=2), a_point()])
    frame = points.to_frame()
    assert list(frame.key) == [point.key for point in points]
    assert list(frame.seed) == [2, 0]
    assert set(frame.steps) == {"prune:sparsity=0.8 quantize"}
    assert set(frame.technique) == {"chain"} and set(frame.recipe) == {"80 % zeros, then 4 bits"}
    for name in METRICS:
        assert list(frame[name]) == [point.value(name) for point in points]


def test_a_table_says_its_units_and_leaves_out_what_nobody_measured() -> None:
    frame = Points([a_measured(size_bytes=3.0), a_measured(latency_ms=2.0)]).to_frame()
    assert frame.attrs["units"] == {"size_bytes": "bytes", "latency_ms": "ms"}
    assert "accuracy" not in frame
    assert frame.size_bytes[0] == 3.0 and pandas.isna(frame.size_bytes[1])


def test_steps_in_a_table_are_quoted_for_a_shell() -> None:
    point = a_measured("quantize:layers=fc=8;conv1=4")
    assert point.to_frame().steps[0] == "'quantize:layers=conv1=4;fc=8'"


@pytest.mark.parametrize("point", BUNDLED[:8], ids=lambda point: point.recipe.describe())
def test_a_point_shows_every_figure_and_its_tensors(point: Point) -> None:
    html = point._repr_html_()
    assert point.recipe.describe() in html
    for name, m in point.measurements.items():
        assert METRICS[name].text(m.value, m.low, m.high).replace(" ", "\N{NO-BREAK SPACE}") in html
    (picture,) = pictures(html)
    assert {layer.name[-22:] for layer in point.layers[:1]} <= {
        t.text for t in named(picture, "text")
    }


def test_a_front_is_drawn_with_its_knee_and_the_original() -> None:
    html = a_front({50e3: 0.1, 10e3: 0.5, 5e3: 20.0})._repr_html_()
    (picture,) = pictures(html)
    assert "10x, −0.5" in [text.text for text in named(picture, "text")]
    titles = [title.text or "" for title in named(picture, "title")]
    assert any(title.startswith("The original") for title in titles) and len(titles) == 4


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ({50e3: 0.1, 10e3: 0.5, 5e3: 20.0}, 10e3),
        ({50e3: 0.1, 10e3: 15.0, 5e3: 20.0}, 50e3),
        ({50e3: 0.0, 10e3: 0.0, 5e3: 0.0}, 5e3),  # it bends nowhere
    ],
)
def test_the_knee_is_where_further_saving_begins_to_cost(
    losses: dict[float, float], expected: float
) -> None:
    trade_off = TradeOff.of(a_front(losses))
    assert trade_off is not None
    assert trade_off.knee is not None
    assert trade_off.knee.value("size_bytes") == expected


def test_what_is_larger_than_the_original_is_no_knee() -> None:
    trade_off = TradeOff.of(a_front({200e3: 0.0}))
    assert trade_off is not None and trade_off.knee is None


def test_points_without_the_original_are_compared_with_the_one_that_is_given() -> None:
    original, *others = a_front({50e3: 0.1, 10e3: 0.5})
    assert "10x, −0.5" in Points(others, original)._repr_html_()
    assert ">original<" not in Points(others)._repr_html_()


def test_steps_of_the_front_never_go_up_to_the_left() -> None:
    trade_off = TradeOff.of(BUNDLED)
    assert trade_off is not None
    picture = ElementTree.fromstring(miniature(trade_off))
    steps = next(p.get("d", "") for p in named(picture, "path") if ACCENT in p.get("style", ""))
    across = [float(x) for x in re.findall(r"[MH]([\d.]+)", steps)]
    assert len(across) == len(trade_off.best) and across == sorted(across)


def test_a_picture_of_many_points_stays_light() -> None:
    many = [
        a_measured(accuracy=0.5 + 1e-5 * n, size_bytes=1e5 + n).model_copy(
            update={"recipe": point.recipe}
        )
        for n, point in enumerate(a_point(seed) for seed in range(3000))
    ]
    (picture,) = pictures(Points(many)._repr_html_())
    assert len(named(picture, "circle")) <= MOST + len(TradeOff.of(many).best) + 1  # type: ignore[union-attr]


def test_no_points_and_points_without_figures_are_shown_too() -> None:
    assert "No points" in Points()._repr_html_()
    assert "not measured" in Points([a_measured(size_bytes=3.0)])._repr_html_()


@pytest.mark.parametrize("background", ["#ffffff", "#111111", "#1e1e1e"])
def test_the_accent_stands_out_in_light_and_dark_notebooks(background: str) -> None:
    assert contrast(ACCENT, background) >= 3


def test_the_notebook_of_the_readme_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (block,) = (text for text in blocks if "to_frame" in text)
    lines = [line for line in block.splitlines() if line.strip()]
    assert len(lines) == 5
    names: dict[str, Any] = {}
    exec("\n".join(lines[:-1]), names)
    shown = eval(lines[-1], names)
    assert names["point"].value("accuracy") > 0.5
    assert len(names["table"]) == len(shown) > 0
    assert len(pictures(shown._repr_html_())) == 1
