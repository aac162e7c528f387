"""The run panel: what it says of each state, its buttons, and when it ends what runs."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression.errors import EngineError
from pages.parts.panels.slicing import running

SCRIPT = """
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.slicing.running import running
import streamlit as st
running(Recipe.build("digits/cnn", [st.query_params["step"]]), None, data.bundled_only("digits/cnn"), True)
"""


def row(device: int, state: str = "answers", answered: float = 100.0) -> dict[str, Any]:
    return {
        "device": device, "state": state, "is_last": device == 3, "pids": [40 + device], "answered_per_s": answered,
        "bytes_per_s": 2000.0,
    }  # fmt: skip


def state(*rows: dict[str, Any], exits: bool = True, missed: float = 0.0) -> dict[str, Any]:
    return {
        "state": "running", "exits": exits, "devices": rows, "missed_per_s": missed, "said": ""
    }  # fmt: skip


class Devices:
    """What the panel asks of `RunningDevices`; a device is at once as it is told to be."""

    made: list[Devices]

    def __init__(self, recipe: dict[str, Any], kept: str) -> None:
        self.states, self.is_closed = {1: "answers", 2: "answers", 3: "answers"}, False
        self.made.append(self)

    def look(self) -> dict[str, Any]:
        return state(*(row(device, each) for device, each in self.states.items()), exits=False)

    def stop(self, device: int) -> None:
        self.states[device] = "stopped"

    def start(self, device: int) -> None:
        self.states[device] = "starting"

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[Devices]:
    Devices.made = []
    monkeypatch.setattr(running, "RunningDevices", Devices)
    return Devices.made


def drawn(step: str = "slice:stages=3") -> AppTest:
    page = AppTest.from_string(SCRIPT, default_timeout=30)
    page.query_params["step"] = step
    return page.run()


def said(page: AppTest) -> str:
    assert not page.exception
    return " ".join(each.value for each in page.markdown)


def test_a_device_is_stopped_and_started_again(made: list[Devices]) -> None:
    page = drawn()
    assert not made  # nothing runs unasked
    page.button(key="devices-run").click().run()
    assert "100 answers a second" in said(page) and "process 43" in said(page)
    page.button(key="device-switch-2").click().run()
    assert "Device 2 is away: nothing is answered until it is back" in said(page)
    button = page.button(key="device-switch-2")
    assert button.label == "Start it again"
    button.click().run()
    assert made[0].states[2] == "starting" and page.button(key="device-switch-2").disabled
    page.button(key="devices-end").click().run()
    assert made[0].is_closed and page.button(key="devices-run")


def test_other_knobs_end_it(made: list[Devices]) -> None:
    page = drawn()
    page.button(key="devices-run").click().run()
    page.query_params["step"] = "slice:stages=2"
    page.run()
    assert made[0].is_closed and page.button(key="devices-run") and len(made) == 1


def test_what_is_not_trained_yet_can_not_run() -> None:
    page = drawn("slice:stages=3,exits=on")
    assert page.button(key="devices-run").disabled
    assert running.UNTRAINED in [each.value for each in page.caption]


def test_a_refusal_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise EngineError("4 models run on devices already: try again when one of them has ended.")

    monkeypatch.setattr(running, "RunningDevices", refuse)
    page = drawn()
    page.button(key="devices-run").click().run()
    assert "devices already" in page.error[0].value


@pytest.mark.parametrize(
    ("rows", "exits", "words"),
    [
        ([row(1), row(2), row(3)], True, "300 answers a second**; all devices are alive"),
        ([row(1), row(2, "stopped", 0), row(3, answered=0)], True, "device 1 answers by early exits"),
        ([row(1), row(2), row(3, "silent", 0)], True, "devices 1 to 2 answer by early exits, 200"),
        ([row(1, "stopped"), row(2), row(3)], True, "nothing is answered until it is back"),
        ([row(1), row(2, "stopped"), row(3, "stopped")], False, "Devices 2 and 3 are away: nothing"),
    ],
)  # fmt: skip
def test_the_sentence_tells_who_is_away_and_who_answers(
    rows: list[dict[str, Any]], exits: bool, words: str
) -> None:
    assert words in running.describe(state(*rows, exits=exits))
