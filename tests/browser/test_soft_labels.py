"""Soft labels in a real browser: bars that follow the hand, with the figures of a formula."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import pytest

from compression.insight.distillation.soft_labels import soft_labels, softened
from compression.subjects import look_up
from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn

MODEL = "digits/mlp"
LIMIT_MS = 100

SHARES = """[...document.querySelectorAll('.sl')].concat(
  [...document.querySelectorAll('*')].flatMap((e) => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('.sl')] : [])
)[0]"""
"""The panel, in a shadow root or not."""

MOVE = f"""async (values) => {{
  const panel = {SHARES};
  const slider = panel.querySelector('input[type=range]');
  const times = [];
  for (const value of values) {{
    const began = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));  // painted
    if (panel.dataset.temperature !== String(value)) throw new Error('The bars did not follow.');
    times.push(performance.now() - began);
  }}
  return times;
}}"""


@pytest.fixture
def panel(page: Any, lab_server: Server) -> Any:
    page.goto(f"{lab_server.url}/distillation?model={MODEL}&details=Soft+labels")
    wait_until_drawn(page)
    page.locator(".sl-row").first.wait_for(timeout=60_000)
    return page


def test_the_bars_show_the_softmax_at_the_sliders_temperature(panel: Any) -> None:
    found = soft_labels(look_up(MODEL), [look_up(MODEL)])
    chosen = next(e for e in found["examples"] if e["kind"] == "ambiguous")
    panel.evaluate(MOVE, [4])
    widths = panel.locator(".sl-track i").evaluate_all(
        "all => all.map(e => parseFloat(e.style.width))"
    )
    expected = softened(np.array(chosen["logits"])[:, None], 4.0)[0]
    assert widths == pytest.approx(list(100 * expected), abs=0.01)
    entropy = -float((expected * np.log2(expected)).sum())
    assert (
        f"entropy is {entropy:.2f} of at most 3.3 bits" in panel.locator(".sl-words").inner_text()
    )


def test_a_move_of_the_slider_is_painted_within_a_tenth_of_a_second(panel: Any) -> None:
    times = panel.evaluate(MOVE, [value / 2 for value in range(4, 40)])
    assert statistics.median(times) < LIMIT_MS


def test_the_pages_own_slider_reshapes_the_bars_too(panel: Any) -> None:
    panel.locator(".st-key-temperature input[type=range]").focus()
    panel.keyboard.press("ArrowRight")
    panel.get_by_text("T = 2.5", exact=True).wait_for()


def test_the_panels_temperature_becomes_the_knobs(panel: Any) -> None:
    panel.evaluate(MOVE, [6])
    panel.get_by_role("button", name="Train with this temperature").click()
    panel.wait_for_url("**temperature=6*")
