"""Lessons in a real browser: by the keyboard alone, in a class, and what is kept of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from compression.lessons import resolved
from tests.browser.axe import findings
from tests.browser.live import Server

pytestmark = pytest.mark.alone

TITLED = """(title) => {
    const all = JSON.parse(localStorage.getItem('compact-ai-lab.ledger'));
    all.quantization.title = title;
    localStorage.setItem('compact-ai-lab.ledger', JSON.stringify(all));
}"""


def open_lesson(page: Any, server: Server, name: str, **query: str) -> None:
    more = "".join(f"&{key}={value}" for key, value in query.items())
    page.goto(f"{server.url}/lesson?lesson={name}{more}")
    page.wait_for_selector(".lesson h2")


def test_a_curve_is_drawn_by_keys_revealed_and_kept_as_text(
    page: Any, lab_server: Server, tmp_path: Path
) -> None:
    open_lesson(page, lab_server, "quantization")
    assert page.get_by_role("button", name="That is my guess").is_disabled()
    assert not page.locator(".lesson-after").is_visible()
    last = page.locator(".lesson-handle").last
    last.focus()
    for key in ("Home", "PageUp", "ArrowUp"):
        page.keyboard.press(key)
    assert last.get_attribute("aria-valuenow") == "11"
    page.get_by_role("button", name="That is my guess").press("Enter")
    measured = resolved("quantization")["predict"]["measured"]["spots"][-1]["text"]
    page.get_by_text(f"2 bits: {measured}").or_(
        page.get_by_text(measured, exact=True)
    ).first.wait_for()
    assert "points off on average" in page.locator(".lesson-gap").inner_text()
    page.get_by_role("button", name="Always the nearer one").press("Enter")
    assert page.locator(".lesson-said").inner_text().startswith("✗")
    page.evaluate(TITLED, "<img src=x onerror=alert(1)>")
    page.goto(f"{lab_server.url}/learn")
    page.get_by_role("rowheader", name="<img src=x").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report as a page").click()
    download.value.save_as(tmp_path / "report.html")
    report = (tmp_path / "report.html").read_text("utf-8")
    assert "2 bits: 11.0 %" in report
    assert "<img" not in report
    page.get_by_role("button", name="Forget all").click()
    page.get_by_text("Nothing yet. What you guess").wait_for()


def test_a_class_sees_its_guesses_before_the_answer(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/learn")
    page.get_by_role("button", name="Open a new class").click()
    page.wait_for_url("**class=*")
    code = parse_qs(urlsplit(page.url).query)["class"][0]
    other = {"who": "another", "guess": "faster"}
    place = f"{lab_server.url}/class/{code}/slicing"
    told = page.request.post(
        place, data=json.dumps(other), headers={"Content-Type": "application/json"}
    )
    assert told.json()["count"] == 1
    open_lesson(page, lab_server, "slicing", **{"class": code})
    page.get_by_text("1 guess so far. They are shown once you have guessed.").wait_for()
    page.get_by_role("radio", name="Longer.").check()
    page.get_by_role("button", name="That is my guess").click()
    page.get_by_text("2 guesses so far.").wait_for()
    assert page.locator(".lesson-room .lesson-figure").all_inner_texts() == ["1", "0", "1"]
    assert not page.locator(".lesson-after").is_visible()
    page.get_by_role("button", name="Show what was measured").click()
    page.get_by_text("Yes: Longer.").wait_for()


def test_a_teacher_s_link_leaves_out_pages_and_holds_a_knob(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/quantization?model=digits/mlp&bits=3&fix=bits&pages=quantization")
    page.get_by_text("Prepared by a teacher.").wait_for()
    assert page.locator(".st-key-bits input").first.is_disabled()
    shown = page.get_by_test_id("stSidebarNavLink").evaluate_all(
        "links => links.map((link) => link.href.split('/').pop())"
    )
    assert "quantization" in shown
    assert "pruning" not in shown


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_revealed_lesson(
    page: Any, lab_server: Server, theme: str
) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    open_lesson(page, lab_server, "slicing")
    page.get_by_role("button", name="Skip: just show me").click()
    page.locator(".lesson-choice").first.click()
    assert findings(page) == []
