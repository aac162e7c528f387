"""Pinned points in a browser: flags in all plots, words against them, and a link that brings them back."""

from __future__ import annotations

from typing import Any

from compression.recipe import Recipe
from tests.browser.live import Server
from tests.browser.plots_driver import press, wait_for_key

MODEL = "digits/cnn"
FLAGS = """() => [...document.querySelectorAll('.lab-panel')]
    .map((panel) => [...panel.querySelectorAll('.lab-pin text')].map((number) => number.textContent))"""


def key(bits: int) -> str:
    return Recipe.build(MODEL, [f"quantize:bits={bits}"]).key


def flags_are(page: Any, numbers: list[str]) -> None:
    page.wait_for_function(
        f"(wanted) => JSON.stringify(({FLAGS})()) === JSON.stringify([wanted, wanted, wanted])",
        arg=numbers,
    )


def test_a_pin_is_flagged_compared_with_and_in_the_link(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&bits=4")
    wait_for_key(page, key(4))
    flags_are(page, [])
    page.get_by_role("button", name="Pin this point").click()
    flags_are(page, ["1"])
    press(page, "Bits", "ArrowLeft")
    wait_for_key(page, key(3))
    page.get_by_text("Against 1:").wait_for()
    page.wait_for_url(f"**pins={key(4)[:7]}**")
    page.goto(page.url)
    wait_for_key(page, key(3))
    flags_are(page, ["1"])
    page.get_by_text("1: 4 bits").first.click()
    page.get_by_text("Against 1:").wait_for()
    page.get_by_role("button", name="Unpin 1").click()
    flags_are(page, [])
    page.wait_for_function("() => !location.search.includes('pins=')")
