"""The ring in the plots, the cards and the sentence speak of one point, whatever moved the knobs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from compression.point import METRICS
from compression.point.one_clock import on_one_clock
from compression.recipe import Recipe
from compression.store import bundled
from pages.parts.shell import words
from pages.parts.shell.reaching import can_ask
from tests.browser.live import Server
from tests.browser.plots_driver import place_of, press, wait_for_key, wait_until_drawn

MODEL, OTHER = "digits/cnn", "digits/mlp"
SEEN = """() => {
    const { shown, data } = document.querySelector('[data-plots]').lab;
    const all = [...document.querySelectorAll('[data-metric]')];
    const cards = all.map((card) => [card.dataset.metric, card.textContent]);
    return { ring: shown.figures, key: data.current.key, cards: Object.fromEntries(cards),
             sentence: document.querySelector('.st-key-sentence').innerText }; }"""

ANSWERED = "() => document.querySelector('[data-plots]').lab.ahead.guess === null"
"""Whether the ring stands where the server says, not where the browser foresees it."""


def recipe(step: str = "quantize", model: str = MODEL) -> Recipe:
    return Recipe.build(model, [step])


def agree(page: Any, expected: Recipe) -> None:
    """Wait until all is settled, then compare what was read in one moment."""
    wait_for_key(page, expected.key)
    page.wait_for_function(ANSWERED)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_selector(f"[data-plots][data-key='{expected.key}'][data-pending='']")
    seen, known = page.evaluate(SEEN), bundled.points(expected.model)
    clocked = on_one_clock(list(known.values()), known[expected.baseline.key])
    points = {point.key: point for point in clocked}
    assert seen["key"] == expected.key
    for name in ("accuracy", "size_bytes"):
        assert seen["cards"][name] == METRICS[name].text(*seen["ring"][name][:3])
        assert seen["ring"][name][0] == pytest.approx(points[expected.key].value(name), rel=1e-5)
    said = words.headline(points[expected.key], points[expected.baseline.key])
    assert timeless(said) <= timeless(seen["sentence"])


def timeless(sentence: str) -> set[str]:
    """What is said, clause by clause, but for times: a graph's change as more of its points are measured here."""
    clauses = re.split(r"[,;.]\s", sentence.replace(" than the original", "").strip(".") + " ")
    return {clause.strip(" .") for clause in clauses if not re.search("fast|slow", clause)}


def button(name: str) -> Callable[[Any], None]:
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def click_point(step: str) -> Callable[[Any], None]:
    return lambda page: page.mouse.click(*place_of(page, recipe(step).key))


def pick(expected: Recipe) -> Callable[[Any], None]:
    """A click on a point that others may lie upon."""
    told = "(key) => document.querySelector('[data-plots]').lab.pick(key)"
    return lambda page: page.evaluate(told, expected.key)


def choose_model(page: Any) -> None:
    page.get_by_label("Model", exact=False).first.click()
    page.get_by_role("option").nth(0).click()


FP4 = "quantize:format=float,exponent=2,mantissa=1"
CHAIN = Recipe.build(MODEL, ["prune-channels:ratio=0.3", "quantize:bits=3"])
WAYS: tuple[tuple[str, Callable[[Any], None], Recipe], ...] = (
    ("a slider", lambda page: press(page, "Bits", "ArrowRight"), recipe("quantize:bits=8,per=tensor")),
    ("reset", button("Reset"), recipe()),
    ("undo", button("Undo"), recipe("quantize:bits=8,per=tensor")),
    ("a click on a point", click_point("quantize:bits=2"), recipe("quantize:bits=2")),
    ("a preset's format", click_point("quantize:format=float"), recipe("quantize:format=float")),
    ("a preset", lambda page: page.get_by_text("fp4", exact=True).click(), recipe(FP4)),
    ("a chain's point", pick(CHAIN), CHAIN),
    ("back", lambda page: page.go_back(), recipe(FP4)),
    ("forward", lambda page: page.go_forward(), CHAIN),
    ("another model", choose_model, Recipe.build(OTHER, CHAIN.steps)),
)  # fmt: skip


HINTED = """(hint) => { const { lab } = document.querySelector('[data-plots]');
    return lab.background.keys.filter((_, row) => lab.hover.hint(row) === hint); }"""


def hints(page: Any, hint: str) -> None:
    """A click is offered for the points that it leads to, and for no others."""
    points = bundled.points(MODEL).values()
    reached = {p.key for p in points if can_ask(p.recipe)}
    assert set(page.evaluate(HINTED, hint)) & {p.key for p in points} == reached
    assert 0 < len(reached) < len(points)


def test_the_ring_the_cards_and_the_sentence_agree(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&bits=7&per=tensor")
    wait_until_drawn(page)
    hints(page, "Click to open this recipe")
    for name, act, expected in WAYS:
        act(page)
        print(name, page.url)  # pytest shows it where one fails
        agree(page, expected)


def test_trade_offs_offer_a_click_on_all_but_the_original(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/trade-offs?model={MODEL}")
    wait_until_drawn(page)
    hints(page, "Click to see its recipe")
