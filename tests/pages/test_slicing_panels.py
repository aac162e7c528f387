"""The picture of slicing and its tables, with an engine that answers at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression import insight
from compression.engine import Request
from compression.errors import LabError
from compression.recipe import Recipe
from compression.techniques.slicing.knobs import Slice
from pages.parts import data
from pages.parts.form.chain import Chain, Stand
from pages.parts.panels.slicing.devices import _checked, drawing
from pages.parts.panels.slicing.planning import Planned

MODEL = "digits/cnn"
SCRIPT = """
import streamlit as st
from pkgutil import resolve_name
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.faces import FACES

recipe = Recipe.build("digits/cnn", [st.query_params["step"]])
face = FACES["slice"]
where = {"Devices": face.picture, **face.panels}[st.query_params["panel"]]
resolve_name(where)(recipe, None, data.bundled_only("digits/cnn"), True)
"""


@lru_cache(maxsize=16)
def reply(question: str, text: str) -> str:
    return json.dumps(insight.answer(question, json.loads(text)))


class Engine:
    def ask(self, question: str, arguments: Mapping[str, Any]) -> Request[Any]:
        answer = Request[Any]("key")
        try:
            text = json.dumps(dict(arguments), sort_keys=True)
            answer.tell_value(json.loads(reply(question, text)))
        except LabError as error:
            answer.tell_error(str(error))
        return answer


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "engine", Engine)


def panel(name: str, step: str) -> AppTest:
    test = AppTest.from_string(SCRIPT, default_timeout=60)
    test.query_params["panel"], test.query_params["step"] = name, step
    test.run()
    assert not test.exception
    return test


def drawn(step: str) -> dict[str, Any]:
    return json.loads(panel("Devices", step).get("bidi_component")[0].proto.json)


def rows(name: str, step: str) -> list[dict[str, str]]:
    return panel(name, step).table[0].value.to_dict("records")


def a_plan(step: str) -> Planned:
    recipe = Recipe.build(MODEL, [step])
    asked = {"model": MODEL, "recipe": recipe.model_dump()}
    return Planned(insight.answer("slicing_plan", asked), "throughput")


def test_the_picture_has_all_that_any_choice_of_cuts_is_worked_out_from() -> None:
    """Stages and times that the browser adds up from layers and links are the plan's own."""
    step = "slice:stages=2,cuts=2,link_mbps=20"
    found = drawn(step)
    plan = a_plan(step).plan
    first, link, last = found["layers"][:2], found["points"][1], found["layers"][2:]
    ms = [sum(layer["ms"] for layer in part) + link["handling_ms"] for part in (first, last)]
    assert ms == pytest.approx([stage["ms"] for stage in plan["stages"]])
    assert sum(ms) + link["link_ms"] == pytest.approx(plan["quality"]["latency_ms"])
    memory = sum(layer["weight_bytes"] for layer in first) + max(
        layer["activation_bytes"] for layer in first
    )
    assert memory == plan["stages"][0]["memory_bytes"]
    assert found["cuts"] == [2] and found["by_hand"]


def test_heads_that_are_still_to_be_trained_are_planned_and_drawn() -> None:
    found = drawn("slice:stages=2,cuts=2,exits=on")
    link, (first, last) = found["points"][1], found["stages"]
    weights = sum(layer["weight_bytes"] for layer in found["layers"][:2])
    assert first["weight_bytes"] == weights + link["head_weight_bytes"] > weights
    assert first["activation_bytes"] >= link["head_peak_bytes"] > 0
    assert first["memory_bytes"] == first["weight_bytes"] + first["activation_bytes"]
    plain = drawn("slice:stages=2,cuts=2")
    assert plain["points"][1]["head_weight_bytes"] == 0
    assert last["memory_bytes"] == plain["stages"][1]["memory_bytes"]


@pytest.mark.parametrize(
    ("costs", "words"), [("modelled", "times are modelled"), ("measured", "whoever keeps")]
)
def test_it_is_told_where_times_of_layers_are_from(costs: str, words: str) -> None:
    said = " ".join(each.value for each in panel("Stages", f"slice:costs={costs}").caption)
    assert words in said
    assert drawn(f"slice:costs={costs}")["times"] == {"measured": "shipped"}.get(costs, costs)


def test_without_cuts_of_ones_own_the_best_are_drawn() -> None:
    found = drawn("slice:stages=2")
    assert found["cuts"] == found["planned"] == a_plan("slice:stages=2").plan["cuts"]
    assert not found["by_hand"] and found["objective"] == "throughput"


def test_an_older_plan_does_not_put_a_cut_back_that_was_just_moved() -> None:
    old = a_plan("slice:stages=2,cuts=1")
    found = drawing(old, Slice(stages=2, cuts="2"))
    assert found["cuts"] == [2] and found["planned"] == [1]
    assert drawing(old, Slice(stages=3, cuts="1+2"))["cuts"] == [1]  # of another number of stages


@pytest.mark.parametrize("cuts", ["", ",cuts=2"])
def test_what_fits_no_device_is_drawn_all_the_same(cuts: str) -> None:
    found = drawn(f"slice:stages=2,cap_kb=20{cuts}")
    assert found["cap_bytes"] == 20_000
    assert max(stage["memory_bytes"] for stage in found["stages"]) > 20_000
    table = rows("Stages", f"slice:stages=2,cap_kb=20{cuts}")
    assert any("too much" in row["Memory"] for row in table)


def test_a_knob_that_no_device_can_meet_is_told_where_nothing_can_be_drawn() -> None:
    test = panel("Devices", "slice:stages=8")
    assert "2 places" in test.error[0].value and not test.get("bidi_component")


def test_a_layer_that_is_shared_out_lies_on_several_devices() -> None:
    step = "slice:stages=4,objective=memory"
    found = drawn(step)
    (shared,) = [stage for stage in found["stages"] if stage["shards"] > 1]
    assert found["is_shared"] and shared["layers"] == ["conv2"]
    row = next(row for row in rows("Stages", step) if "shared out" in row["Layers"])
    assert row["Device"].endswith(", each")
    assert not drawn("slice:stages=3,objective=memory,split=off")["is_shared"]


@pytest.mark.parametrize(
    ("told", "cuts"),
    [("", ""), ("2", "2"), ("1+2", None), ("3", None), ("0", None), ("x", None), (None, None)],
)
def test_the_browsers_word_is_checked(told: Any, cuts: str | None) -> None:
    found = drawing(a_plan("slice:stages=2"), Slice(stages=2))
    assert _checked(told, found) == cuts


def test_each_device_has_a_row_and_the_slowest_is_marked() -> None:
    table = rows("Stages", "slice:stages=3")
    assert [row["Layers"] for row in table] == ["conv1", "conv2", "fc"]
    assert ["slowest" in row["Time"] for row in table] == [False, True, False]


def test_each_cut_has_a_row_and_those_taken_are_marked() -> None:
    table = rows("Cuts", "slice:stages=2,cuts=2,link_mbps=1")
    assert [row["Cut"] for row in table] == ["1", "2 ✔ taken"]
    assert table[0]["Behind"] == "conv1"
    assert table[0]["On the link"] == "8.19 ms"  # 1,024 bytes of 8 bits over 1 Mbit/s


def test_another_number_of_stages_drops_the_cuts_and_nothing_else() -> None:
    chain = Chain((Stand.of(Slice(stages=2, cuts="2", link_dtype="int8")),))
    moved = chain.moved({"stages": 3}).selected.values
    assert (moved["stages"], moved["cuts"], moved["link_dtype"]) == (3, "", "int8")
    assert chain.moved({"link_mbps": 20.0}).selected.values["cuts"] == "2"


def test_the_links_panel_has_a_row_a_link_and_one_for_each_kind_of_numbers() -> None:
    test = panel("Links", "slice:stages=3,link_dtype=int8,link_mbps=1")
    by_link, by_numbers = (table.value.to_dict("records") for table in test.table)
    plan = a_plan("slice:stages=3,link_dtype=int8").plan
    sent = [plan["points"][cut - 1]["sent_bytes"] for cut in plan["cuts"]]
    assert [row["Link"] for row in by_link] == ["1 to 2", "2 to 3"]
    assert [row["Bytes"] for row in by_link] == [f"{count} B" for count in sent]
    # At 1 Mbit/s a byte takes 8 us.
    times = [float(row["this link, 1 Mbit/s"].split()[0]) for row in by_link]
    assert times == pytest.approx([8 * count / 1000 for count in sent], rel=0.02)
    assert [row["Numbers"] for row in by_numbers] == [
        "32-bit floats", "16-bit floats", "8-bit integers (now)",
    ]  # fmt: skip


def test_the_links_panel_says_that_one_device_has_none() -> None:
    assert "no links" in panel("Links", "slice:stages=1").caption[0].value
