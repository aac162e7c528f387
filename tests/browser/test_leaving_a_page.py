"""A page that is left still says a last word: it changes nothing on the page that was gone to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.live import Server
from tests.browser.plots_driver import drag, plot_area, wait_until_drawn

MODEL = "digits/cnn"
LAST_WORDS = {
    "a selection that settles late": "lab.tell.state('selected', ['0123456789abcdef'])",
    "a look whether a point is there": "lab.tell.trigger('poll', 1)",
}
LINK = "[data-testid=stSidebarNavLink][href$='/pruning']"
LEAVE = f"""(words) => {{
    const {{ lab }} = document.querySelector('[data-plots]');
    document.querySelector("{LINK}").click();
    new Function('lab', words)(lab); }}"""


def wait_for_the_other_page(page: Any) -> None:
    """Its title, its plots, and nothing more to come."""
    page.get_by_role("heading", name="Pruning", exact=True).wait_for()
    page.wait_for_url("**/pruning?**")
    page.wait_for_selector(
        "[data-testid=stApp][data-test-script-state=notRunning]:not(:has([data-stale=true]))"
    )
    page.wait_for_selector("[data-plots][data-pending='']:not([data-key=''])")


@pytest.fixture
def complaints(page: Any) -> list[str]:
    """What Streamlit's page couldn't do with what it was told."""
    said: list[str] = []
    page.on(
        "console", lambda heard: said.append(heard.text) if "delta path" in heard.text else None
    )
    return said


@pytest.mark.parametrize("words", LAST_WORDS.values(), ids=LAST_WORDS)
def test_the_next_page_keeps_its_plots(
    page: Any, lab_server: Server, complaints: list[str], words: str
) -> None:
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&bits=4&details=Points")
    wait_until_drawn(page)
    page.evaluate(LEAVE, words)
    wait_for_the_other_page(page)
    slider = page.get_by_role("slider", name="Sparsity")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**sparsity=**")
    wait_for_the_other_page(page)
    assert complaints == []


@pytest.mark.parametrize("clear", ["Escape", "the button"])
def test_a_selection_may_be_cleared_just_before_the_page_is_left(
    page: Any, lab_server: Server, complaints: list[str], clear: str
) -> None:
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&bits=4&details=Points")
    wait_until_drawn(page)
    left, top, right, bottom = plot_area(page)
    drag(page, (left + 10, top + 10, right - 10, bottom - 10), shift=True)
    button = page.locator("[data-tool=clear]")
    button.wait_for()
    if clear == "Escape":
        page.keyboard.press("Escape")
    else:
        button.click()
    page.locator(LINK).click()
    wait_for_the_other_page(page)
    assert complaints == []
