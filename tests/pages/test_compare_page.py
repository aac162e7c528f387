"""The page Compare, opened by links: right ones, broken ones and none."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from compression.store import bundled
from pages.parts import data
from pages.parts.plots.selection import starts_of
from tests.opened import alone
from tests.pages.test_insight_panels import Engine

MODEL = "digits/mlp"
POINTS = list(bundled.points(MODEL).values())


ANSWER = {
    "classes": ["0", "1"], "counted": 2, "lost": 1, "won": 0, "other": 0, "flips": [],
    "flipped": {"count": 1, "value": 0.5, "low": 0.1, "high": 0.9}, "layers": [{"name": "fc1", "cka": 0.5}],
    "by_class": [
        {"counted": 1, "before": 1.0, "after": 0.0, "change": -1.0, "low": -1.0, "high": -0.1},
        {"counted": 1, "before": 1.0, "after": 1.0, "change": 0.0, "low": 0.0, "high": 0.0},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine(lambda question, arguments: None)
    monkeypatch.setattr(data, "engine", lambda: engine)
    return engine


def html(test: AppTest) -> str:
    return " ".join(each.proto.body for each in test.get("html"))


def said(test: AppTest) -> str:
    return " ".join(each.value for each in (*test.markdown, *test.caption, *test.info))


def test_without_a_link_the_original_and_the_best_trade_off_are_compared() -> None:
    test = alone("compare", model=MODEL)
    assert not test.exception
    assert "**From 1 to 2:**" in said(test)
    assert html(test).count('<th scope="col"><b>1</b> original') >= 1


@pytest.mark.parametrize("count", [2, 5])
def test_a_link_opens_just_its_points_in_their_order(count: int) -> None:
    points = POINTS[3 : 3 + count]
    link = starts_of(point.key for point in points)
    test = alone("compare", model=MODEL, points=link, view="Layers")
    assert not test.exception
    assert test.multiselect[0].value == [point.key for point in points]
    assert test.query_params["points"] in (link, [link])
    assert html(test).count("lab-compared") >= 2  # what differs, and the layers


def test_the_pair_of_a_link_is_the_one_explained() -> None:
    link = starts_of(point.key for point in POINTS[:3])
    assert "**From 3 to 1:**" in said(alone("compare", model=MODEL, points=link, pair="3-1"))
    assert "**From 1 to 2:**" in said(alone("compare", model=MODEL, points=link, pair="9-<b>"))


def test_points_that_are_gone_or_too_many_are_told_in_place() -> None:
    keys = [point.key for point in POINTS[:6]]
    test = alone("compare", model=MODEL, points=f"abcdef0-{starts_of(keys)}")
    assert not test.exception
    assert "`abcdef0` is not known here" in said(test)
    assert "6 points are named: the first 5 are compared" in said(test)


def test_one_point_alone_asks_for_another() -> None:
    test = alone("compare", model=MODEL, points=POINTS[0].key[:7])
    assert not test.exception and "Choose at least 2 points" in said(test)


def test_what_the_engine_answers_is_drawn_beside_what_needs_none(engine: Engine) -> None:
    link = starts_of(point.key for point in POINTS[3:5])
    waiting = alone("compare", model=MODEL, points=link, view="Layers")
    assert "Computing" in said(waiting) and "0.500" not in html(waiting)
    engine.reply = lambda question, arguments: ANSWER
    assert "0.500" in html(waiting.run())
    pictures = alone("compare", model=MODEL, points=link, view="Pictures")
    assert "1 of 2 answers flipped" in said(pictures)
    question, asked = engine.asked[-1]
    assert question == "changes" and asked["beside"] == POINTS[3].recipe.model_dump()
