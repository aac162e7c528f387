"""The page Lineage: the picked model of a link, chain effects, and which orders are left to measure."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compression.store import bundled
from tests.opened import alone

pytestmark = pytest.mark.usefixtures("own_store")
MODEL = "digits/cnn"
CHAIN = next(p for p in bundled.points(MODEL).values() if len(p.recipe.steps) == 2)


def tree(test: AppTest) -> dict[str, Any]:
    messages = (json.loads(each.proto.json) for each in test.get("bidi_component"))
    return next(m for m in messages if isinstance(m, dict) and "nodes" in m)


def said(test: AppTest) -> str:
    return " ".join(each.value for each in (*test.markdown, *test.caption))


def test_a_link_opens_its_model_and_what_led_to_it() -> None:
    test = alone("lineage", model=MODEL, node=CHAIN.key[:7])
    assert not test.exception
    drawn = tree(test)
    assert drawn["current"] == CHAIN.key
    at = next(n for n, node in enumerate(drawn["nodes"]) if node["key"] == CHAIN.key)
    parent = drawn["nodes"][drawn["nodes"][at]["parent"]]
    assert parent["key"] == CHAIN.recipe.model_copy(update={"steps": CHAIN.recipe.steps[:1]}).key


def test_all_branches_are_all_points() -> None:
    few = len(tree(alone("lineage", model=MODEL))["nodes"])
    every = len(tree(alone("lineage", model=MODEL, branches="All"))["nodes"])
    assert few < every >= len(bundled.points(MODEL))


def test_chains_are_told_beside_their_prediction() -> None:
    test = alone("lineage", model="fashion-mnist/resnet8")
    of = [p for p in bundled.points("fashion-mnist/resnet8").values() if len(p.recipe.steps) > 1]
    told = re.search(r"(\d+) of (\d+) chains\*\* lose what their single steps predict", said(test))
    assert told and 0 < int(told[1]) <= int(told[2]) <= len(of)


def test_a_missing_order_is_offered_and_a_single_step_is_not() -> None:
    test = alone("lineage", model=MODEL, node=CHAIN.key[:7])
    assert "2 orders, 1 measured" in said(test)
    assert [b.label for b in test.button if b.key == "orders"] == ["Measure the missing order"]
    single = next(p for p in bundled.points(MODEL).values() if len(p.recipe.steps) == 1)
    assert "Pick a chain of 2 to 4 steps" in said(
        alone("lineage", model=MODEL, node=single.key[:7])
    )


@pytest.mark.parametrize("node", ["abcdef0", "<script>alert(1)</script>"])
def test_a_model_that_is_gone_is_told_in_place(node: str) -> None:
    test = alone("lineage", model=MODEL, node=node)
    assert not test.exception and "is not known here: deleted" in said(test)
    assert "<script>" not in said(test)
