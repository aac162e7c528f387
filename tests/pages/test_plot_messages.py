"""What Python sends to the plots, and what it believes of what they say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.plots.three_plots import MAX_SELECTED, position


def script() -> None:
    import streamlit as st

    from pages.parts.plots.three_plots import Axis, draw
    from tests.synthetic import background, mark

    events = draw(
        background(st.session_state.get("count", 200), st.session_state.get("version", "1")),
        key="plots",
        question="a model",
        axes=(Axis("size_bytes"), Axis("latency_ms"), Axis("energy_mj", "linear")),
        y=Axis("accuracy", "linear"),
        current=mark(st.slider("bits", 2, 8, 4), 0.5),
        trail=[mark(bits, 0.5) for bits in range(2, 8)],
        on_pick=lambda key: st.session_state.update(restored=key),
    )
    st.session_state.told = (events.picked, events.selected)


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(script, default_timeout=30).run()


def message(app: AppTest) -> dict[str, Any]:
    return json.loads(app.get("bidi_component")[0].proto.json)[0]


def test_the_background_is_sent_once(app: AppTest) -> None:
    assert len(message(app)["background"]["keys"]) == 200
    app.slider[0].set_value(5).run()
    assert "background" not in message(app)


def test_a_move_is_small(app: AppTest) -> None:
    app.slider[0].set_value(5).run()
    assert len(app.get("bidi_component")[0].proto.json) < 3_500
    assert message(app)["current"]["key"] == "now-5-0.500"


def test_a_new_version_is_sent(app: AppTest) -> None:
    app.session_state.version = "2"
    app.run()
    assert message(app)["background"]["keys"][0] == "point-0"


def test_renders_are_numbered_in_order(app: AppTest) -> None:
    first = message(app)["sequence"]
    assert message(app.run())["sequence"] > first


def test_every_axis_and_scale_arrives(app: AppTest) -> None:
    assert message(app)["axes"] == [
        {"metric": "size_bytes", "scale": "log"},
        {"metric": "latency_ms", "scale": "log"},
        {"metric": "energy_mj", "scale": "linear"},
    ]


def test_numbers_that_were_not_measured_stay_none(app: AppTest) -> None:
    figures = message(app)["current"]["figures"]
    assert figures["size_bytes"][1:3] == [None, None]
    assert figures["energy_mj"][3] == 1


@pytest.mark.parametrize("said", [{"selected": 7}, {"selected": "text"}, {"selected": [1, None]}])
def test_nonsense_from_the_browser_selects_nothing(app: AppTest, said: dict[str, Any]) -> None:
    app.session_state.plots = said
    app.run()
    assert app.session_state.told == (None, ())


def test_a_selection_is_bounded(app: AppTest) -> None:
    app.session_state.plots = {"selected": [str(i) for i in range(2_000)]}
    app.run()
    assert len(app.session_state.told[1]) in (0, MAX_SELECTED)


def test_a_position_is_the_same_text_for_equal_knobs() -> None:
    assert position({"sparsity": 0.52}) == "0.52"
    assert position({"per": "channel", "bits": 8.0}) == position({"bits": 8, "per": "channel"})
    assert position({"sparsity": 0.1 + 0.2}) == "0.3"
