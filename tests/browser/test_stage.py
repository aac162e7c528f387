"""The stage: nothing is clipped on a projector, knobs stay in view, a phone keeps the result on top."""

from __future__ import annotations

import re
from typing import Any

import pytest

from compression.recipe import Recipe
from tests.browser.live import Server
from tests.browser.plots_driver import wait_for_key, wait_until_drawn

MODEL = "digits/cnn"
PAGES = ("quantization", "pruning", "channel-pruning", "distillation", "trade-offs")


def visit(page: Any, server: Server, path: str) -> None:
    page.goto(f"{server.url}/{path}")
    wait_until_drawn(page)


def wait_until_measured(page: Any, step: str, model: str = MODEL) -> None:
    key = Recipe.build(model, [step]).key
    wait_for_key(page, key)
    page.wait_for_selector(f"[data-plots][data-key='{key}'][data-pending='']", timeout=60_000)


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
