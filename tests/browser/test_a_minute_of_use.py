"""No layout shift over a minute of use: knobs, presets, undo, a pin, panels, axes, a selection, another technique."""

from __future__ import annotations

from typing import Any

from tests.browser.live import Server
from tests.browser.plots_driver import drag, plot_area, press, wait_until_drawn

MODEL = "digits/cnn"
OPENS = ("more", "a panel", "a pin", "unpin", "another technique")
"""What opens something moves what lies below it, and is asked to; a busy machine opens it later than browsers allow."""
WATCH = """() => {
    window.use = [];
    new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
            const moved = sources.filter(({ node }) => node?.parentElement && !node.parentElement.closest('.stSlider'));
            if (moved.length && (!hadRecentInput || window.doing === 'more')) use.push([value, window.doing,
                ...moved.map(({ node, previousRect, currentRect }) => [node.className, node.textContent.slice(0, 40),
                    JSON.stringify(previousRect), JSON.stringify(currentRect)].join(' '))]); }
    }).observe({ type: 'layout-shift' }); }"""
"""Each shift that counts, with what was done and what moved; a slider's thumb is there to be moved."""


def settled(page: Any) -> None:
    page.wait_for_selector("[data-plots][data-pending='']:not([data-key=''])", timeout=60_000)
    page.wait_for_selector(
        "[data-testid=stApp][data-test-script-state=notRunning]:not(:has([data-stale=true]))"
    )


def test_presets_shift_nothing(page: Any, lab_server: Server) -> None:
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&format=float")
    wait_until_drawn(page)
    settled(page)
    page.evaluate("() => document.fonts.ready")
    page.evaluate(WATCH)
    for preset in ("fp4", "E4M3", "fp4"):
        page.get_by_role("radio", name=preset, exact=True).or_(
            page.get_by_role("button", name=preset, exact=True)
        ).click()
        settled(page)
    assert page.evaluate("() => new Promise((done) => setTimeout(() => done(use), 300))") == []


def test_nothing_shifts_in_a_minute_of_use(page: Any, lab_server: Server) -> None:
    """Cumulative layout shift as browsers report it (web.dev/cls): what a key or a click changes within half a second
    is what was asked for, and not counted."""
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&bits=4")
    wait_until_drawn(page)
    settled(page)
    page.evaluate("() => document.fonts.ready")
    page.evaluate(WATCH)

    def doing(what: str) -> None:
        settled(page)
        page.evaluate("(what) => (window.doing = what)", what)

    doing("a knob")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"):
        press(page, "Bits", key)
        settled(page)
    doing("undo")
    page.get_by_role("button", name="Undo", exact=True).click()
    doing("more")
    page.locator(".st-key-knobs summary").click()
    page.locator(".st-key-knobs details[open]").wait_for()
    page.locator(".st-key-knobs summary").click()
    doing("a pin")
    page.get_by_role("button", name="Pin this point", exact=True).click()
    page.get_by_role("button", name="Unpin 1", exact=True).wait_for()
    doing("a knob against a pin")
    press(page, "Bits", "ArrowLeft")
    doing("unpin")
    page.get_by_role("button", name="Unpin 1", exact=True).click()
    page.get_by_role("button", name="Pin this point", exact=True).wait_for()
    doing("a panel")
    for panel in ("About", "Number line", "Points"):
        page.get_by_role("radio", name=panel, exact=True).click()
        page.wait_for_url(f"**details={panel.replace(' ', '+')}*")
        settled(page)
    doing("a knob with a panel open")
    press(page, "Bits", "ArrowLeft")
    doing("axes")
    page.get_by_role("button", name="Points lost", exact=True).click()
    doing("a selection")
    left, top, right, bottom = plot_area(page)
    drag(page, (left + 10, top + 10, right - 10, bottom - 10), shift=True)
    page.locator("[data-tool=clear]").wait_for()
    page.locator("[data-tool=clear]").click()
    doing("another technique")
    page.locator("[data-testid=stSidebarNavLink][href$='/pruning']").click()
    page.get_by_role("heading", name="Pruning", exact=True).wait_for()
    page.wait_for_url("**/pruning?**")
    doing("a knob elsewhere")
    for key in ("ArrowRight", "ArrowLeft"):
        press(page, "Sparsity", key)
        settled(page)
    seen = page.evaluate("() => new Promise((done) => setTimeout(() => done(use), 300))")
    assert any(what == "more" for _, what, *_ in seen), "nothing was watched"
    assert [each for each in seen if each[1] not in OPENS] == []
