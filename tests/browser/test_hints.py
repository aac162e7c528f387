"""What the words around the plots and on the cards mean: by the pointer and by the keyboard, from the one glossary."""

from __future__ import annotations

from typing import Any

import pytest

from compression.point import METRICS
from pages.parts.form import glossary
from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn

MODEL = "digits/cnn"
BOX = ".lab-hint:not([hidden])"


@pytest.fixture
def plots(page: Any, plots_server: Server) -> Any:
    page.goto(f"{plots_server.url}/?count=200")
    wait_until_drawn(page)
    return page


def focused(page: Any) -> str:
    return str(page.evaluate("() => document.activeElement.textContent.trim()"))


def test_the_legend_is_one_tab_stop_whose_words_explain_themselves(plots: Any) -> None:
    assert plots.locator(".lab-legend [tabindex='0']").count() == 1
    plots.locator(".lab-legend button").first.focus()
    plots.keyboard.press("End")
    assert focused(plots) == "outlined: perhaps on it"
    assert plots.locator(BOX).inner_text() == glossary.plain("perhaps on the front")
    plots.keyboard.press("ArrowLeft")
    assert plots.locator(BOX).inner_text() == glossary.plain("Pareto front")
    assert plots.evaluate("() => document.activeElement.getAttribute('aria-description')") == (
        glossary.plain("Pareto front")
    )
    plots.keyboard.press("Escape")
    plots.locator(BOX).wait_for(state="detached")
    assert focused(plots) == "Pareto front"


def test_an_axis_title_explains_its_metric_to_the_pointer(plots: Any) -> None:
    plots.locator(".lab-xtitle").nth(1).hover()
    plots.locator(BOX).wait_for()
    assert plots.locator(BOX).inner_text() == METRICS["latency_ms"].help
    plots.locator(".lab-ytitle").first.hover()
    plots.get_by_text(glossary.plain("points lost")).wait_for()
    plots.mouse.move(1, 1)
    plots.locator(BOX).wait_for(state="detached")


def test_the_axes_titles_are_one_tab_stop_and_leave_the_plots_arrows_alone(plots: Any) -> None:
    assert plots.locator(".lab-row button[tabindex='0']").count() == 1
    plots.locator(".lab-ytitle").first.focus()
    for name in ("Size", "Latency", "Energy"):
        plots.keyboard.press("ArrowRight")
        assert name in focused(plots)
    assert plots.locator(".lab-hover").is_hidden()  # the arrow keys of a plot go along its front


def test_a_hint_stays_inside_of_the_plots(plots: Any) -> None:
    frame = plots.locator("[data-plots]").bounding_box()
    for word in plots.locator("[data-hint]:visible").all():
        word.focus()
        box = plots.locator(BOX).bounding_box()
        assert box["x"] >= frame["x"] and box["y"] >= frame["y"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 0.5


def test_every_word_of_a_pages_legend_has_a_hint(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/trade-offs?model={MODEL}&limit-size_bytes=10")
    wait_until_drawn(page)
    page.locator(".lab-legend button").first.wait_for()
    assert page.get_by_role("button", name="breaks a limit").count() == 1
    assert page.locator(".lab-legend > :not(button)").all_inner_texts() == []


def test_a_card_explains_its_figure_by_keyboard_and_pointer(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/quantization?model={MODEL}")
    wait_until_drawn(page)
    told = page.locator("#told-memory_bytes")
    assert told.is_hidden() and METRICS["memory_bytes"].help in told.text_content()
    page.keyboard.press("Tab")  # so that a focus counts as the keyboard's
    page.get_by_role("button", name="Memory", exact=True).focus()
    told.wait_for(state="visible")
    page.get_by_role("button", name="Size", exact=True).hover()
    page.locator("#told-size_bytes").wait_for(state="visible")
