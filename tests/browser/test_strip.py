"""The test examples beneath the plots answer with the ring: foreseen, measured, opened, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import datasets
from compression import pipeline
from compression.models.catalogue import model_card
from compression.point.shown import Answer, answers_in
from compression.recipe import Recipe
from compression.store import Store
from compression.subjects import look_up
from tests.browser.live import ROOT, Server, start_server
from tests.browser.plots_driver import press, wait_for_key

MODEL = "digits/cnn"
SLOW = "fashion-mnist/resnet8"
"""Its 10,000 examples take so long that there is something to wait for."""

CARD = model_card(MODEL).data
BITS = (1, 1.58, 2, 3)


def recipe(*steps: str) -> Recipe:
    return Recipe.build(MODEL, steps)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder whose store has the original and a few points with their answers."""
    folder = tmp_path_factory.mktemp("strip")
    store = Store(f"sqlite:///{folder / 'lab.db'}")
    recipes = [recipe(), *(recipe(f"quantize:bits={bits}") for bits in BITS)]
    store.add_all([pipeline.run(look_up(MODEL), each) for each in recipes])
    store.close()
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    started = start_server(ROOT / "app.py", folder=home, env={"COMPACT_HOME": str(home)})
    yield started
    started.stop()


def stored(home: Path, asked: Recipe) -> tuple[Answer, ...]:
    point = Store(f"sqlite:///{home / 'lab.db'}").get(asked.key)
    assert point is not None
    return answers_in(point.shown)


STRIP = """() => {
    const { dataset } = document.querySelector('[data-plots]'), box = document.querySelector('.lab-strip');
    const tiles = [...box.querySelectorAll('.lab-example')];
    return { key: dataset.key, sequence: dataset.drawn, dim: box.classList.contains('lab-dim'),
             summary: box.querySelector('.lab-summary').innerText, height: box.offsetHeight,
             answers: tiles.map((tile) => Number(tile.dataset.answered)), names: tiles.map((tile) => tile.innerText),
             states: tiles.map((tile) => tile.dataset.state),
             flipped: tiles.map((tile) => tile.classList.contains('lab-flipped')) }; }"""
NEXT = f"""() => {{ window.next = new Promise((done) => {{
    const plots = document.querySelector('[data-plots]'), before = plots.dataset.key;
    let told; // the server's last word when the key is pressed
    addEventListener('keydown', () => {{ told = plots.dataset.drawn; }}, {{ capture: true, once: true }});
    const moved = new MutationObserver(() => {{
        if (plots.dataset.key === before) return; // drawn again
        moved.disconnect();
        done({{ told, ...({STRIP})() }}); }});
    moved.observe(plots, {{ attributeFilter: ['data-key'] }}); }}); }}"""
DIMMED = f"""() => {{
    const box = document.querySelector('.lab-strip');
    const waiting = new MutationObserver(() => {{
        if (!box.classList.contains('lab-dim')) return;
        waiting.disconnect();
        window.dimmed = ({STRIP})(); }});
    waiting.observe(box, {{ attributeFilter: ['class'] }}); }}"""
PLACES = """() => [...document.querySelectorAll('.lab-strip, .lab-example')].map((each) => {
    const { left, right, top, bottom } = each.getBoundingClientRect();
    return { left, right, top, bottom }; })"""


def classes(answers: tuple[Answer, ...]) -> list[int | None]:
    return [answer.answered for answer in answers]


def opened(page: Any, server: Server, bits: int, model: str = MODEL) -> None:
    page.goto(f"{server.url}/quantization?model={model}&bits={bits}")
    wait_for_key(page, Recipe.build(model, [f"quantize:bits={bits}"]).key)
    page.wait_for_selector(".lab-example[data-answered]:not([data-answered=''])")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def test_a_move_flips_the_strip_with_the_ring_and_without_the_server(
    page: Any, server: Server, home: Path
) -> None:
    opened(page, server, 3)
    for key, bits in (("ArrowLeft", 2), ("ArrowLeft", 1.58), ("ArrowRight", 2)):
        page.evaluate(NEXT)
        press(page, "Bits", key)
        seen = page.evaluate("() => window.next")
        asked = recipe(f"quantize:bits={bits}")
        assert seen["key"] == asked.key
        assert seen["sequence"] == seen["told"]  # nothing came of the server between
        assert seen["answers"] == classes(stored(home, asked))
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        assert page.evaluate(STRIP)["answers"] == seen["answers"]


def test_right_wrong_and_unlike_the_original_are_told(
    page: Any, server: Server, home: Path
) -> None:
    opened(page, server, 1)
    seen = page.evaluate(STRIP)
    answers, before = (
        classes(stored(home, recipe("quantize:bits=1"))),
        classes(stored(home, recipe())),
    )
    labels = datasets.load(CARD.id).test.labels[list(CARD.shown)].tolist()
    right = [a == b for a, b in zip(answers, labels, strict=True)]
    flipped = [a != b for a, b in zip(answers, before, strict=True)]
    assert seen["states"] == ["right" if each else "wrong" for each in right]
    assert seen["names"] == [CARD.classes[answer or 0] for answer in answers]
    assert seen["flipped"] == flipped
    assert any(flipped)
    original = sum(a == b for a, b in zip(before, labels, strict=True))
    assert seen["summary"].strip() == (
        f"{sum(right)} of 24 right (original {original}), {sum(flipped)} unlike the original"
    )
    wrong = page.locator(".lab-example[data-state=wrong]").first.get_attribute("aria-label")
    place = right.index(False)
    said = f"Example {place + 1}: {CARD.classes[labels[place]]}, answered {seen['names'][place]}, wrong"
    assert wrong.startswith(said)


def test_an_example_opens_by_keyboard_with_both_answers(
    page: Any, server: Server, home: Path
) -> None:
    opened(page, server, 1)
    page.locator(".lab-example").nth(14).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    for index in (14, 15):
        rows = [row.inner_text().split("\t") for row in dialog.locator("tbody tr").all()]
        found = [stored(home, each)[index] for each in (recipe(), recipe("quantize:bits=1"))]
        assert [row[0] for row in rows] == ["Original", "1 bit"]
        for row, answer in zip(rows, found, strict=True):
            assert row[1].strip().startswith(f"{CARD.classes[answer.answered or 0]}, ")
            assert row[2] == f"{100 * answer.confidence:.0f} %"
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert page.evaluate("() => document.activeElement.className").startswith("lab-example")


def test_while_a_point_is_measured_the_last_answers_stay_dimmed_and_nothing_moves(
    page: Any, server: Server, home: Path
) -> None:
    opened(page, server, 2, SLOW)
    before = page.evaluate(STRIP)
    page.evaluate(DIMMED)  # it may be measured before one could ask
    press(page, "Activation bits", "Home")  # farther than what is measured ahead
    page.wait_for_function("() => window.dimmed")
    waiting = page.evaluate("() => window.dimmed")
    assert (waiting["answers"], waiting["height"]) == (before["answers"], before["height"])
    page.wait_for_selector("[data-plots][data-pending='']", timeout=60_000)
    page.wait_for_selector(".lab-strip:not(.lab-dim)")
    found = page.evaluate(STRIP)
    point = next(
        p for p in Store(f"sqlite:///{home / 'lab.db'}").points(SLOW) if p.key == found["key"]
    )
    assert point.recipe.steps[0].model_dump()["activations"] < 32
    assert found["answers"] == classes(answers_in(point.shown))
    assert found["height"] == before["height"]


@pytest.mark.parametrize("width", [390, 1024, 1280, 1920])
def test_it_fits_any_screen(page: Any, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, server, 1)
    box, *tiles = page.evaluate(PLACES)
    assert len(tiles) == 24
    for tile in tiles:
        assert box["left"] <= tile["left"] < tile["right"] <= box["right"] + 1
        assert box["top"] < tile["top"] < tile["bottom"] <= box["bottom"]


def test_the_strip_is_one_tab_stop_with_arrow_keys(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/quantization?model=digits/cnn")
    page.locator(".lab-example:enabled").first.wait_for()
    assert page.locator(".lab-example[tabindex='0']").count() == 1
    page.locator(".lab-example").first.focus()
    place = "() => [...document.querySelectorAll('.lab-example')].indexOf(document.activeElement)"
    for key, index in (
        ("ArrowRight", 1),
        ("ArrowDown", 13),
        ("ArrowUp", 1),
        ("End", 23),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        assert page.evaluate(place) == index
    page.keyboard.press("Tab")
    assert page.evaluate(place) == -1
