"""The pages of a model whose data set's card names another quality: axis, cards, front and limits follow it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression.point import METRICS, Metric
from compression.point.pareto import ON_FRONT
from compression.store import Store
from tests.measured import a_measured, judge_digits_by_bits
from tests.opened import alone

MODEL = "digits/mlp"
COSTS = {"latency_ms": 1.0, "speedup": 1.0, "energy_mj": 1.0, "memory_bytes": 1.0}


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, own_store: None) -> None:
    """An original and two others, which alone have what their data set is said to be judged by."""
    judge_digits_by_bits(monkeypatch)
    Store.open().add_all(
        [
            a_measured(bits_per_byte=1.40, size_bytes=9_600, **COSTS),
            a_measured("quantize:bits=4", bits_per_byte=1.49, size_bytes=1_200, **COSTS),
            a_measured("quantize:bits=5", bits_per_byte=1.60, size_bytes=1_500, **COSTS),
        ]
    )


def page(address: str) -> AppTest:
    test = alone(address, data="digits", model=MODEL)
    assert not test.exception
    return test


def plots(test: AppTest) -> Any:
    return json.loads(test.get("bidi_component")[0].proto.json)[0]


def told(test: AppTest) -> str:
    texts = [element.proto.body for element in test.get("html")]
    return " ".join([*texts, *(markdown.value for markdown in test.markdown)])


def test_a_techniques_page_shows_it_upright_on_the_first_card_and_in_the_sentence() -> None:
    test = page("quantization")
    assert plots(test)["y"] == {"metric": "bits_per_byte", "scale": "linear"}
    assert plots(test)["current"]["figures"]["bits_per_byte"][0] == 1.49
    assert "8.0x smaller, 0.09 bits/byte higher" in told(test)
    cards = told(test)
    assert "Bits per byte" in cards and 'data-metric="accuracy"' not in cards
    assert cards.index('data-metric="bits_per_byte"') < cards.index('data-metric="size_bytes"')


def test_the_trade_offs_have_its_front_and_its_limit() -> None:
    test = page("trade-offs")
    background = plots(test)["background"]
    standing = dict(zip(background["keys"], background["standing"]["size_bytes"], strict=True))
    on_front = {key for key, rank in standing.items() if rank == ON_FRONT}
    small, large = (a_measured(f"quantize:bits={bits}").key for bits in (4, 5))
    assert small in on_front and large not in on_front
    test.number_input(key="limit-bits_per_byte").set_value(1.45).run()
    refused = plots(test)["background"]["refused"]
    assert refused[small] == "bits per byte 1.49 bits/byte > 1.45 bits/byte"


def test_a_new_metric_is_on_cards_axes_and_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Metric("toy", "Toy", "s", "lower", "s", "Made up.", headline=5, axis="linear")
    monkeypatch.setitem(METRICS, "toy", toy)
    point = a_measured("quantize:bits=4,per=tensor", bits_per_byte=1.5, toy=0.25, **COSTS)
    Store.open().add(point)
    test = page("trade-offs")
    test.selectbox(key="x3").set_value("toy").run()
    assert plots(test)["axes"][2] == {"metric": "toy", "scale": "linear"}
    assert test.number_input(key="limit-toy").label == "Toy at most (s)"
    assert 'data-metric="toy"' in told(page("quantization"))
