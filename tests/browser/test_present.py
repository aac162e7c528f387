"""A presentation in a real browser: keys, links, and that it fits; its server has no engine and never gets one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from compression.store import bundled
from tests.browser.live import ROOT, Server, settle, start_server
from tests.browser.plots_driver import place_of_current, press, wait_for_key

MODEL = "digits/cnn"
NAMES = ("3 bits", "8 bits", "2 bits", "5 bits")

CLIPPED = """() => {
    const found = [];
    const check = (wrong, name) => wrong && found.push(name);
    const box = (name) => document.querySelector(name).getBoundingClientRect();
    const all = document.querySelectorAll(`.st-key-presenting h1, .st-key-leave a, .lab-status button, .lab-panel,
        .lab-result *, .lab-loss *, .lab-legend > *, .lab-summary, .lab-groups p, .lab-example, .lab-example span`);
    for (const each of all) {
        const { left, top, right, bottom, width } = each.getBoundingClientRect();
        if (!width || each.closest('.lab-icon')) continue;
        const name = `${each.tagName}.${each.className} ${each.textContent.slice(0, 40)}`;
        check(left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5, `outside: ${name}`);
        const hides = getComputedStyle(each).overflowX === 'hidden';
        check(hides && each.scrollWidth > each.clientWidth + 1, `cut: ${name}`);
        const below = each.scrollHeight - each.clientHeight;
        check(hides && each.matches('span') && below > 1, `cut by ${below} px: ${name}`);
    }
    const [plot, legend, strip, words] = ['.lab-panel', '.lab-legend', '.lab-strip', '.lab-result'].map(box);
    check(plot.bottom > legend.top + 1 || legend.bottom > strip.top + 1, 'parts lie over each other');
    check(plot.right > words.left || box('.st-key-presenting h1').right > box('.lab-steps').left, 'so do columns');
    const result = document.querySelector('.lab-result');
    check(result.scrollHeight > result.clientHeight + 1, 'the result is cut');
    check(document.documentElement.scrollHeight > innerHeight, 'it scrolls');
    return found; }"""
"""What does not fit into the window, or into its own place."""

ASKED = "() => JSON.stringify(Object.fromEntries([...new URLSearchParams(location.search)].sort()))"


def points(model: str = MODEL) -> dict[str, str]:
    return {point.recipe.describe(): key for key, point in bundled.points(model).items()}


def pins(*names: str, model: str = MODEL) -> str:
    return "-".join(points(model)[name][:7] for name in names)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Told to use a cluster that nobody can reach: its engine never starts."""
    folder = tmp_path_factory.mktemp("present")
    env = {"COMPACT_HOME": str(folder / "home"), "COMPACT_SCHEDULER": "tcp://127.0.0.1:1"}
    started = start_server(ROOT / "app.py", folder=folder, env=env)
    yield started
    started.stop()


def open_link(page: Any, server: Server, asked: str = f"model={MODEL}") -> None:
    page.goto(f"{server.url}/present?{asked}")
    page.wait_for_selector("[data-plots][data-drawn] .lab-result h2")
    page.wait_for_selector(".lab-example:not([disabled])")
    settle(page)


def title(page: Any) -> str:
    return str(page.locator(".lab-result h2").inner_text()).strip()


def wait_for_title(page: Any, name: str) -> None:
    page.locator(".lab-result h2", has_text=re.compile(f"^{re.escape(name)}$")).wait_for()


def test_p_presents_and_escape_leaves_the_form_as_it_was(page: Any, server: Server) -> None:
    start = f"quantization?model={MODEL}&bits=4&pins={pins('3 bits')}&x2=Memory"
    page.goto(f"{server.url}/{start}")
    wait_for_key(page, points()["4 bits"])
    press(page, "Bits", "ArrowRight")
    wait_for_key(page, points()["5 bits"])
    page.locator(f".st-key-present a[href*='point={points()['5 bits'][:7]}']").first.wait_for()
    page.keyboard.press("p")  # the slider still has the focus
    wait_for_title(page, "5 bits")
    assert page.locator(".lab-costs button").all_inner_texts()[1].endswith("Memory")
    page.keyboard.press("ArrowRight")
    wait_for_title(page, "1: 3 bits")
    page.keyboard.press("Escape")
    page.get_by_role("slider", name=re.compile("^Bits")).wait_for()
    wait_for_key(page, points()["5 bits"])
    page.get_by_text("1: 3 bits").first.wait_for()
    asked = {"bits": "5", "model": MODEL, "pins": pins("3 bits"), "x2": "Memory"}
    page.wait_for_function(f"(asked) => ({ASKED})() === JSON.stringify(asked)", arg=asked)
    assert page.get_by_test_id("stSidebar").is_visible()


def test_a_p_that_is_typed_is_a_letter(page: Any, server: Server) -> None:
    page.goto(f"{server.url}/trade-offs?model={MODEL}")
    page.wait_for_selector("[data-plots][data-drawn]")
    page.locator(".st-key-present a").first.wait_for()
    page.get_by_role("combobox", name="Model").press("p")
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="Trade-offs").click()
    page.keyboard.press("Control+p")
    assert "/trade-offs" in page.url
    page.keyboard.press("p")
    page.wait_for_selector(".lab-result h2")


def test_arrows_go_through_the_points_at_once_and_into_the_link(page: Any, server: Server) -> None:
    open_link(page, server, f"model={MODEL}&pins={pins(*NAMES)}")
    shown = [title(page)]
    places = [place_of_current(page)]
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        shown.append(title(page))  # without waiting: no server is asked
        places.append(place_of_current(page))
    assert shown == [f"{number}: {name}" for number, name in enumerate(NAMES, start=1)]
    assert len(set(places)) == 4
    page.keyboard.press("ArrowRight")
    assert title(page) == "4: 5 bits"  # the last one
    page.wait_for_url(f"**at={points()['5 bits'][:7]}*")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert title(page) == "The original"
    page.get_by_role("button", name="Next point").click()
    wait_for_title(page, "1: 3 bits")
    page.wait_for_url(f"**at={points()['3 bits'][:7]}*")
    open_link(page, server, urlsplit(page.url).query)
    assert title(page) == "1: 3 bits"


def test_digits_switch_the_cost_and_a_click_does_too(page: Any, server: Server) -> None:
    open_link(page, server)
    pressed = page.locator(".lab-costs [aria-pressed=true]")
    axis = page.locator(".lab-xtitle")
    for key, name in (("2", "Latency"), ("3", "Energy"), ("1", "Size")):
        page.keyboard.press(key)
        assert name in pressed.inner_text() and name in axis.text_content()
    page.locator(".lab-costs button").nth(2).click()
    page.wait_for_url("**plot=3*")
    assert "Energy" in axis.text_content()
    page.locator(".lab-panel").click()
    page.keyboard.press("ArrowRight")  # the plot has the focus: the points still go on
    page.locator(".lab-example").first.click()
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="hidden")
    assert "/present" in page.url  # it closed the example, and nothing else


@pytest.mark.parametrize(
    ("width", "height"), [(1024, 768), (1280, 800), (1920, 1080)], ids=lambda size: str(size)
)
def test_everything_fits_one_and_a_half_times_as_large(
    page: Any, server: Server, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for model in ("fashion-mnist/resnet8", "watch/cnn1d"):
        names = [name for name in points(model) if name != "original"]
        longest = sorted(names, key=len)[-3:]
        for asked in ("", f"&pins={pins('3 bits', *longest, model=model)}"):
            open_link(page, server, f"model={model}{asked}")
            shown = page.locator(".lab-steps span").inner_text()
            for _ in range(4 if shown == "claim" else int(shown[-1])):
                assert page.evaluate(CLIPPED) == []
                page.keyboard.press("ArrowRight")
        for key in ("Home", "End"):
            page.locator(".lab-loss input").press(key)
            assert page.evaluate(CLIPPED) == []
    assert page.locator(".lab-panel").bounding_box()["height"] > 0.5 * (height - 50)
    ring = page.evaluate("document.querySelector('.lab-ring').getBoundingClientRect().width")
    assert ring == pytest.approx(1.5 * 2 * 11, abs=0.5)
    letters = page.locator(".xtick text").first.bounding_box()["height"]
    assert letters > 1.4 * 11


def test_the_audience_moves_what_may_be_lost_without_an_engine(page: Any, server: Server) -> None:
    open_link(page, server)
    first = title(page)
    assert first.startswith("Take ") and "at most 1 point lost" in first
    page.locator(".lab-loss input").press("End")
    assert "at most 10 points lost" in title(page) and "lose=10" in page.url
    page.keyboard.press("n")
    page.get_by_text("Chosen among").wait_for()
    page.keyboard.press("n")
    page.reload()
    page.wait_for_selector(".lab-result h2")
    assert "at most 10 points lost" in title(page)


def test_what_a_link_asks_for_in_vain_is_said_beside_the_rest(page: Any, server: Server) -> None:
    open_link(page, server, f"model={MODEL}&pins={pins(*NAMES)}&at=0123abc")
    assert "'at=0123abc' is not known here" in page.locator(".lab-notes").inner_text()
    assert page.locator(".lab-steps").inner_text().split()[1:4] == ["2", "of", "5"]
    assert page.evaluate(CLIPPED) == []


def test_all_buttons_are_reached_by_the_keyboard_in_reading_order(
    page: Any, server: Server
) -> None:
    open_link(page, server, f"model={MODEL}&pins={pins(*NAMES)}")
    order = []
    for _ in range(12):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.textContent.trim()"))
    start = order.index("‹")
    assert order[start:][:5] == ["‹", "›", "1 Size", "2 Latency", "3 Energy"]
