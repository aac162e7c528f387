"""The stage stands still while knobs move, points are measured and trained; it fits a projector and a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from compression.recipe import Recipe
from tests.browser.live import Server
from tests.browser.plots_driver import press, wait_for_key, wait_until_drawn

MODEL = "digits/cnn"
SLOW = "fashion-mnist/lenet5"
"""Ten epochs of it take a minute: they can't be over before they are cancelled."""

PAGES = ("quantization", "pruning", "channel-pruning", "distillation", "trade-offs")


PLACED = ".st-key-sentence, .lab-figure, .st-key-doing, [data-plots], .js-plotly-plot, .lab-strip, .st-key-details"
WATCH = """(placed) => {
    const main = document.querySelector('[data-testid=stMain]');
    const places = () => [...document.querySelectorAll(placed)].map((element, index) => {
        const {x, y, width, height} = element.getBoundingClientRect();
        const place = [x, y + main.scrollTop, width, height].map((px) => Math.round(10 * px) / 10);
        const name = element.className.match(/(st-key|lab|js)-[a-z]+/)?.[0]; // other classes come and go
        return `${index} ${name}: ${place}`; });
    const seen = window.stage = {first: places(), moved: new Set(), frames: 0, shifts: []};
    const look = () => {
        seen.frames += 1;
        for (const place of places()) if (!seen.first.includes(place)) seen.moved.add(place);
        requestAnimationFrame(look); };
    requestAnimationFrame(look);
    const flows = '.st-key-sentence p, .stSlider, [role=dialog]'; // words; a thumb and its number; what lies above
    new PerformanceObserver((list) => {
        for (const {value, sources} of list.getEntries()) {
            const moved = sources.filter(({node}) => node?.parentElement && !node.parentElement.closest(flows));
            if (moved.length) seen.shifts.push([value, ...moved.map(({node, previousRect, currentRect}) =>
                [node.textContent, node.className, JSON.stringify(previousRect), JSON.stringify(currentRect)])]); }
    }).observe({type: 'layout-shift'}); }"""


def visit(page: Any, server: Server, path: str) -> None:
    page.goto(f"{server.url}/{path}")
    wait_until_drawn(page)


def wait_until_measured(page: Any, step: str, model: str = SLOW) -> None:
    key = Recipe.build(model, [step]).key
    wait_for_key(page, key)
    page.wait_for_selector(f"[data-plots][data-key='{key}'][data-pending='']", timeout=60_000)


def watch(page: Any) -> None:
    """From now on, in each frame: where sentence, figures, plots, strip and tabs are, and each shift of the layout.

    Shifts just after a key or a click count here too, which the usual sum (CLS) leaves out.
    """
    page.evaluate("() => document.fonts.ready")
    page.evaluate(WATCH, PLACED)


def assert_nothing_moved(page: Any) -> None:
    page.wait_for_function("() => stage.frames > 30")
    seen = page.evaluate(
        "() => ({...stage, moved: [...stage.moved], places: stage.first, first: stage.first.length})"
    )
    assert seen["first"] >= 12
    assert seen["moved"] == [], seen["places"]
    assert seen["shifts"] == []


def test_nothing_moves_while_points_are_measured_and_trained(page: Any, lab_server: Server) -> None:
    """Unknown points, a setting that asks for a training, the training, its cancel, and a sweep with its cancel."""
    visit(page, lab_server, f"quantization?model={SLOW}&bits=4&epochs=10")
    wait_until_measured(page, "quantize:bits=4")
    page.get_by_text("first 1,000 examples").wait_for(state="detached")
    watch(page)
    for bits in (5, 6, 7):
        press(page, "Bits", "ArrowRight")
        wait_until_measured(page, f"quantize:bits={bits}")
    press(page, "Bits", "Home")
    wait_until_measured(page, "quantize:bits=1")

    page.get_by_role("button", name="Sweep", exact=True).click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Start the sweep").click()
    form.wait_for(state="detached")
    page.locator(".st-key-said").get_by_text(re.compile(r"^\d+ of \d+")).wait_for(timeout=60_000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text(re.compile(r"^Sweep cancelled")).wait_for(timeout=60_000)
    assert_nothing_moved(page)


def test_nothing_moves_while_a_setting_is_trained(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, f"quantization?model={SLOW}&method=qat&bits=2&epochs=10")
    train = page.get_by_role("button", name="Train this setting")
    train.wait_for(timeout=60_000)
    page.wait_for_selector("[data-plots][data-pending='']", timeout=60_000)
    watch(page)
    train.click()
    page.get_by_text(re.compile(r"Epoch \d.* left")).wait_for(timeout=60_000)
    page.get_by_role("button", name="Cancel").click()
    train.wait_for()
    assert_nothing_moved(page)


def test_nothing_moves_with_presets_and_long_sentences(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, f"channel-pruning?model={SLOW}&nonsense=1")
    page.wait_for_selector("[data-plots][data-pending='']:not([data-key=''])", timeout=60_000)
    watch(page)
    page.evaluate(
        "() => document.querySelector('.st-key-sentence p').append(' And this is said at length.'.repeat(40))"
    )
    press(page, "Reduction", "ArrowRight")
    page.wait_for_selector("[data-plots][data-pending='']:not([data-key=''])", timeout=60_000)
    assert_nothing_moved(page)


NAMED = ".lab-figure, .lab-figure *, [data-testid=stMain] button:not(.lab-example)"
CLIPPED = """(named) => [...document.querySelectorAll(named)]
    .filter((e) => e.clientWidth && (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight + 4))
    .map((e) => `${e.textContent}: ${e.scrollWidth} x ${e.scrollHeight} in ${e.clientWidth} x ${e.clientHeight}`)"""


@pytest.mark.parametrize("path", PAGES)
def test_a_projector_clips_no_figure_and_no_button(
    page: Any, lab_server: Server, path: str
) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    visit(page, lab_server, f"{path}?model={MODEL}")
    page.wait_for_selector("[data-plots][data-pending='']", timeout=60_000)
    assert page.evaluate(CLIPPED, NAMED) == []
    tops = page.evaluate(
        "() => [...document.querySelectorAll('.js-plotly-plot')].map((e) => e.getBoundingClientRect().top)"
    )
    assert len(tops) == 3
    assert len(set(tops)) == 1


def test_the_knobs_stay_in_view_while_a_panel_is_read(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, f"quantization?model={MODEL}&bits=4&details=About")
    wait_until_measured(page, "quantize:bits=4", MODEL)
    page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTo(0, 600)")
    page.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop >= 400")
    slider = page.get_by_role("slider", name=re.compile("^Bits"))
    box = slider.bounding_box()
    assert 0 < box["y"] < 800
    slider.focus()
    page.keyboard.press("ArrowLeft")
    wait_until_measured(page, "quantize:bits=3", MODEL)


@pytest.mark.parametrize("path", PAGES[:-1])
def test_on_a_phone_the_result_sticks_on_top_and_the_knobs_follow(
    page: Any, lab_server: Server, path: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, lab_server, f"{path}?model={MODEL}")
    main = page.locator("[data-testid=stMain]")
    figures = page.locator(".lab-figure:visible")
    assert figures.count() == 2
    knobs = page.locator(".st-key-knobs").bounding_box()
    last = figures.last.bounding_box()
    assert last["y"] + last["height"] <= knobs["y"] < 600
    assert page.locator("[data-plots]").bounding_box()["y"] > knobs["y"] + knobs["height"]
    main.evaluate("(main) => main.scrollTo(0, 1200)")
    page.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop >= 1000")
    for stuck in (page.locator(".st-key-sentence"), figures.first, figures.last):
        box = stuck.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 250
    assert main.evaluate("(main) => main.scrollWidth - main.clientWidth") <= 0


@pytest.mark.parametrize("asked", ["distillation?epochs=20.5&", "federated?clients=11&"])
def test_on_a_phone_the_button_of_a_training_is_whole_in_its_row(
    page: Any, lab_server: Server, asked: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, lab_server, f"{asked}model={MODEL}")
    train = page.get_by_role("button", name="Train this setting").first
    train.wait_for()
    row, button = page.locator(".st-key-doing").bounding_box(), train.bounding_box()
    assert row["y"] <= button["y"]
    assert button["y"] + button["height"] <= row["y"] + row["height"]
    assert row["x"] <= button["x"]
    assert button["x"] + button["width"] <= row["x"] + row["width"]
