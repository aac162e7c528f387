"""A published site and a memo, opened as files without any network: they draw, and their sliders move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compression.decide import Question
from compression.point.pareto import standings
from compression.share.memo import memo_of, written
from compression.share.site import publish, site
from compression.store import bundled

MODEL = "digits/cnn"

pytestmark = [pytest.mark.browser, pytest.mark.alone]


@pytest.fixture
def offline(browser: Any) -> Iterator[Any]:
    """A tab without a network that collects what goes wrong."""
    context = browser.new_context(offline=True, reduced_motion="reduce")
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda m: m.type in ("error", "warning") and page.wrong.append(m.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda r: r.url.startswith("http") and page.wrong.append(r.url))
    yield page
    assert page.wrong == []
    context.close()


def known() -> list[Any]:
    return list(bundled.points(MODEL).values())


def test_a_site_opens_as_a_file_and_its_sliders_go_among_measured_points(
    offline: Any, tmp_path: Path
) -> None:
    points = {point.key: point for point in known()}
    publish(tmp_path / "site", site({MODEL: known()}))
    key = next(k for k, p in points.items() if p.recipe.describe() == "4 bits")
    offline.goto(f"file://{tmp_path}/site/index.html#point={key}")
    offline.wait_for_selector(f"[data-plots][data-key='{key}'] .lab-example:not([disabled])")
    before = offline.inner_text("#said")
    offline.get_by_role("slider", name=re.compile("^Bits")).press("ArrowRight")
    offline.wait_for_function(
        "(before) => document.querySelector('#said').innerText !== before", arg=before
    )
    shown = offline.evaluate("document.querySelector('[data-plots]').dataset.key")
    assert shown != key and shown in points and f"point={shown}" in offline.url
    front = offline.evaluate("""() => { const { background } = document.querySelector('[data-plots]').lab;
        return Object.fromEntries(background.keys.map((key, row) => [key, background.standing.size_bytes[row]])); }""")
    order = [points[k] for k in front]
    assert list(front.values()) == standings(order, "size_bytes")


def test_a_memo_decides_again_when_its_slider_is_moved(offline: Any, tmp_path: Path) -> None:
    original = next(point for point in known() if not point.recipe.steps)
    made = memo_of(known(), original, Question(MODEL, lose=0.0))
    (tmp_path / "memo.html").write_bytes(written(made, "html"))
    offline.goto(f"file://{tmp_path}/memo.html")
    assert offline.inner_text("#claim") == made.decision.claim
    offline.get_by_role("slider").press("End")
    last = made.slider.positions[-1]
    assert (offline.inner_text("#claim"), offline.inner_text("#said")) == (
        last.decision.claim,
        last.said,
    )
    assert offline.inner_text("#figures td").startswith(last.decision.choice.text("accuracy")[:4])
    offline.get_by_role("button", name="Back").click()
    assert offline.inner_text("#claim") == made.decision.claim
