"""The page Deploy, and the chooser of a device beside the plots."""

from __future__ import annotations

import json
import time

import pytest
from streamlit.testing.v1 import AppTest

from compression.devices import catalogue, device_named
from compression.store import bundled
from pages.parts import data
from tests.opened import alone

L4 = device_named("stm32l4r5").title


def message(test: AppTest) -> dict:
    return json.loads(test.get("bidi_component")[0].proto.json)[0]


def html(test: AppTest) -> str:
    return " ".join(each.proto.body for each in test.get("html"))


def test_the_grid_has_all_devices_and_says_what_binds() -> None:
    test = alone("deploy", model="fashion-mnist/resnet8")
    assert not test.exception
    table = html(test)
    assert all(device.title in table for device in catalogue().values())
    assert "✓" in table and "✗ no float32" in table
    assert any("The original fits on" in text.value for text in test.markdown)


def test_a_wish_takes_devices_away() -> None:
    model = "fashion-mnist/resnet8"
    free = html(alone("deploy", model=model)).count("✓")
    assert html(alone("deploy", model=model, **{"want-ms": "20"})).count("✓") < free / 1.5


@pytest.mark.parametrize("page", ["quantization", "trade-offs"])
def test_a_devices_latency_is_on_the_axis_and_every_time_is_modelled(page: str) -> None:
    background = message(alone(page, model="fashion-mnist/lenet5", device=L4))["background"]
    assert background["metrics"]["latency_ms"]["label"] == "Latency on STM32L4R5"
    assert background["metrics"]["size_bytes"]["label"] == "Size"
    times = [v for v in background["values"]["latency_ms"] if v is not None]
    assert len(times) > 100 and min(times) > 0.5
    known = zip(
        background["values"]["latency_ms"], background["modelled"]["latency_ms"], strict=True
    )
    assert all(modelled for value, modelled in known if value is not None)


def test_the_current_points_verdict_is_below_its_figures() -> None:
    test = alone("quantization", model="fashion-mnist/lenet5", device=L4)
    assert any(f"**{L4}:** Fits" in caption.value for caption in test.caption)


def test_a_device_that_there_is_not_is_named_and_this_machine_shown() -> None:
    test = alone("quantization", model="fashion-mnist/lenet5", device="Abacus")
    assert not test.exception
    assert message(test)["background"]["metrics"]["latency_ms"]["label"] == "Latency"


@pytest.mark.parametrize("limits", [{}, {"limit-latency_ms": "5"}])
def test_another_device_sends_what_differs_and_no_more(limits: dict[str, str]) -> None:
    """What is sent then, in the place of what was there, is what a first visit would be sent as a whole."""
    model = "fashion-mnist/lenet5"
    test = alone("trade-offs", model=model, **limits)
    first = message(test)["background"]
    test.selectbox(key="device").set_value(L4).run()
    sent = message(test)["background"]
    assert "keys" not in sent and set(sent["values"]) < set(sent["instead_of"])
    for name in ("values", "low", "high", "modelled"):
        kept = {of: v for of, v in first[name].items() if of not in sent["instead_of"]}
        sent[name] = kept | sent[name]
    whole = message(alone("trade-offs", model=model, device=L4, **limits))["background"]
    assert {k: v for k, v in (first | sent).items() if k != "instead_of"} == whole


def test_a_time_measured_elsewhere_has_a_square_and_says_by_whom() -> None:
    device = device_named("stm32l4r5")
    known = data.bundled_only("fashion-mnist/lenet5")
    point = next(p for p in known.points if p.recipe.steps and p.work)
    timed = device.model_copy(update={"elsewhere": {point.key: (1.5, "our farm")}})
    seen = data.on(known, "fashion-mnist/lenet5", timed)
    drawn = data.background(seen, "fashion-mnist/lenet5", ["latency_ms"])
    row = drawn.keys.index(point.key)
    assert drawn.elsewhere == {"latency_ms": {row: "measured on the device by our farm"}}
    assert drawn.values["latency_ms"][row] == 1.5 and not drawn.modelled["latency_ms"][row]


def test_a_fleets_year_has_a_row_a_point_and_says_when_the_chosen_one_pays_back() -> None:
    test = alone("deploy", model="fashion-mnist/resnet8", fleet="200", **{"per-day": "5000"})
    assert not test.exception
    table = next(t.value for t in test.table if "Energy a year" in t.value.columns)
    assert len(table) == len(test.selectbox(key="deploy-point").options)
    told = " ".join(text.value for text in test.markdown)
    assert "200 x " in told and "365,000,000 in a year" in told
    assert "**Making this point.** **After " in told
    test.selectbox(key="deploy-point").set_value(len(table) - 1).run()
    assert "there is nothing to pay back" in " ".join(text.value for text in test.markdown)


@pytest.mark.alone
def test_another_device_takes_less_time_than_reading_the_points() -> None:
    """A ratio, in turns: reading 150 points takes some 40 ms, and 1,000 may have 200 ms on a device."""
    model = "fashion-mnist/resnet8"
    known = data.bundled_only(model)
    devices = list(catalogue().values())
    ratios = []
    for device in devices[:3]:
        start = time.perf_counter()
        bundled._read.__wrapped__(bundled.FOLDER / f"{model}.jsonl", 0)
        middle = time.perf_counter()
        data._on.__wrapped__(model, known.version, device.model_dump_json(), known)
        ratios.append((time.perf_counter() - middle) / (middle - start))
    assert min(ratios) < 1
