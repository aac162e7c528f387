"""The plots' axes: what a page shows at first, and what its link or a click at the plots says instead."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.form import axes
from tests.opened import alone


def scale(test: AppTest) -> str:
    assert not test.exception
    message = json.loads(test.get("bidi_component")[0].proto.json)[0]
    return str(message["y"]["scale"])


def costs(test: AppTest) -> list[str]:
    assert not test.exception
    return [
        axis["metric"] for axis in json.loads(test.get("bidi_component")[0].proto.json)[0]["axes"]
    ]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("quantization", ["size_bytes", "latency_ms", "energy_mj"]),
        ("slicing", ["device_bytes", "throughput_per_s", "latency_ms"]),
        ("federated", ["bytes_sent", "size_bytes", "latency_ms"]),
    ],
)
def test_a_page_shows_what_its_technique_saves_until_others_are_chosen(
    page: str, expected: list[str]
) -> None:
    digits = {"data": "digits", "model": "digits/cnn"}
    assert costs(alone(page, **digits)) == expected
    assert costs(alone(page, **digits, x2="Memory")) == [expected[0], "memory_bytes", expected[2]]


@pytest.mark.parametrize("page", ["quantization", "trade-offs"])
@pytest.mark.parametrize(
    ("address", "expected"),
    [({}, "lost"), ({"y": "plain"}, "linear"), ({"y": "upside down"}, "lost")],
)
def test_the_link_says_how_accuracy_is_shown(
    page: str, address: dict[str, str], expected: str
) -> None:
    assert scale(alone(page, data="digits", model="digits/cnn", **address)) == expected


def test_a_click_at_the_plots_moves_the_control_too() -> None:
    test = alone("trade-offs", data="digits", model="digits/cnn")
    test.session_state[axes.UPRIGHT] = axes.PLAIN
    assert scale(test.run()) == "linear"
    assert test.segmented_control(key=axes.UPRIGHT).value == axes.PLAIN


@pytest.mark.parametrize(("said", "kept"), [("linear", axes.PLAIN), ("lost", axes.LOST)])
def test_what_the_plots_say_is_kept(
    monkeypatch: pytest.MonkeyPatch, said: str, kept: str
) -> None:  # fmt: skip
    state: dict[str, str] = {}
    monkeypatch.setattr(axes.st, "session_state", state)
    axes.turn(said)
    assert state == {axes.UPRIGHT: kept}
