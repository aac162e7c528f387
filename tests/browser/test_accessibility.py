"""Every page in both themes, for those who see little, use no mouse, listen, or want no motion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from pages.parts.faces import FACES
from pages.parts.panels.details import sections
from tests.browser.axe import EXCUSED, OF_COLOURS, excuses_needed, findings
from tests.browser.live import Server, as_if_new, settle
from tests.browser.plots_driver import wait_until_drawn
from tests.contrast import contrast, themed

MODEL = "digits/cnn"
THEMES = ("light", "dark")
FACE_AT = {face.address: face for face in FACES.values()}
FIRST = next(iter(FACE_AT))
ABOUT = "About"
ADDRESSES = (
    "home", *FACE_AT, "trade-offs", "compare", "lineage", "deploy", "runs", "share", "present", "learn", "lesson",
)  # fmt: skip
DOORS = {
    "Add a step": "[data-testid=stPopoverBody]",
    "Take along": "[data-testid=stPopoverBody]",
    "Sweep": "[role=dialog]",
}
"""Buttons of a technique's page, and what each opens above it."""
OWN_DOORS = ("Sweep",)
"""Those behind which there is something else on each page."""
LOOKED_AT = (
    "[data-plots]",
    ".st-key-knobs",
    ".st-key-result",
    ".st-key-question",
    ".st-key-recipe-bar",
)
"""What of a page is the same whatever section is open below the plots."""
WITHOUT_PLOTS = {
    "home": ".st-key-tile-all svg",
    "runs": "h1",
    "present": ".lab-result h2",
    "share": "svg.chart",
    "learn": ".ledger p",
    "lesson": ".lesson-curve",
    "compare": ".lab-compared",
    "deploy": "h1",
}
"""What a page shows last that has no plots, or none with the tools around them."""

TEXTS = """(box) => {
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
    const hex = (color) => {
        context.fillStyle = color;
        context.fillRect(0, 0, 1, 1);
        const parts = [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        return '#' + parts.map((part) => part.toString(16).padStart(2, '0')).join('');
    };
    return [...box.querySelectorAll('svg text, .lab-panel > .lab-term')].filter((each) => each.textContent.trim())
        .map((each) => {
        const { fill, color, fillOpacity, opacity } = getComputedStyle(each);
        return [each.textContent, hex(each.matches('text') ? fill : color), fillOpacity * opacity];
    }); }"""
"""Words in the plots, whose ground axe can't tell; they stand on the page's own."""

MOVING = """() => [...document.querySelectorAll('*')].flatMap((element) => ['', '::before', '::after'].flatMap(
    (part) => {
    const { animationName, animationDuration, transitionDuration } =
        getComputedStyle(element, part || null);
    const seconds = (all) => Math.max(...all.split(',').map(parseFloat));
    const longest = Math.max(animationName === 'none' ? 0 : seconds(animationDuration), seconds(transitionDuration));
    return longest > 0.001 ? [`${element.tagName}.${element.className}${part}: ${longest} s`] : []; }))"""


def visit(page: Any, server: Server, address: str, theme: str = "light", more: str = "") -> None:
    page.bring_to_front()  # behind another tab no frame is drawn, and no change of a style comes into force
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(server.url if address == "home" else f"{server.url}/{address}?model={MODEL}{more}")
    if address in WITHOUT_PLOTS:
        page.wait_for_selector(WITHOUT_PLOTS[address])
    else:
        wait_until_drawn(page)
        page.wait_for_selector("[data-plots][data-pending='']", timeout=60_000)
    settle(page)


def switch(page: Any, theme: str, background: str) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    rgb = f"rgb({', '.join(str(part) for part in bytes.fromhex(background[1:]))})"
    page.wait_for_function(
        "rgb => getComputedStyle(document.querySelector('.stApp')).backgroundColor === rgb", arg=rgb
    )
    settle(page)


def behind(page: Any, door: str, opened: str, rules: tuple[str, ...]) -> list[str]:
    """What is found in a popover or a dialog, which is closed again."""
    page.get_by_role("button", name=door, exact=True).click()
    page.locator(opened).wait_for()
    settle(page)
    found = findings(page, opened, rules=rules)
    page.keyboard.press("Escape")
    page.locator(opened).wait_for(state="detached")
    return found


def faint(page: Any, background: str) -> list[str]:
    found = page.locator("[data-plots]").evaluate(TEXTS)
    assert len(found) > 20
    return [
        words
        for words, color, opacity in found
        if opacity != 1 or contrast(color, background) < 4.5
    ]


def open_section(page: Any, section: str) -> None:
    page.get_by_role("radio", name=section, exact=True).click()
    page.wait_for_url(f"**details={section.replace(' ', '+')}*")
    settle(page)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stMain]').innerText.includes('Computing …')",
        timeout=60_000,
    )


def close_section(page: Any, section: str) -> None:
    """A page with little below the plots takes another theme in a third of the time."""
    page.get_by_role("radio", name=section, exact=True).click()
    page.wait_for_function("() => !location.search.includes('details=')")
    settle(page)


def own_sections(address: str) -> list[str]:
    """Those that no page before it has: what several pages share is drawn by the same function."""
    seen: set[str] = set()
    for each, face in FACE_AT.items():
        drawn = {name: face.panels.get(name, name) for name in sections(face)}
        own = [name for name, by in drawn.items() if by not in seen or name == ABOUT]
        seen.update(drawn.values())
        if each == address:
            return own
    return []


def open_more(page: Any) -> None:
    """The rarer knobs; they stay open."""
    more = page.locator(".st-key-knobs details")
    if more.get_attribute("open") is None:
        more.locator("summary").click()
    page.locator(".st-key-knobs details[open]").wait_for()
    settle(page)


@dataclass(frozen=True)
class Visited:
    """A page at an address, open for several tests, none of which moves a knob."""

    page: Any
    address: str


@pytest.fixture(scope="module")
def second_tab(tab: Any) -> Any:
    """What is open in it stays while other tests use the file's first."""
    return tab.context.new_page()


@pytest.fixture(scope="module", params=ADDRESSES)
def visited(
    second_tab: Any, lab_server: Server, request: pytest.FixtureRequest
) -> Iterator[Visited]:
    with as_if_new(second_tab) as page:
        visit(page, lab_server, request.param)
        yield Visited(page, request.param)


def test_a_page_has_one_title_and_its_headings_skip_no_level(visited: Visited) -> None:
    levels = visited.page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map((each) => Number(each.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(visited: Visited, theme: str) -> None:
    page, address = visited.page, visited.address
    background = themed(theme, "backgroundColor")
    switch(page, theme, background)
    rules = () if theme == THEMES[0] else OF_COLOURS
    if address in FACE_AT:
        open_more(page)
    found = {"page": findings(page, rules=rules)}
    if address not in WITHOUT_PLOTS:
        page.get_by_role("button", name="Take away").click()
        found["menu"] = findings(page, ".lab-take", rules=rules)
        page.keyboard.press("Escape")
        found["words in the plots"] = faint(page, background)
    if address in FACE_AT:
        page.locator(".lab-example").first.click()
        found["example"] = findings(page, ".lab-answer", rules=rules)
        page.keyboard.press("Escape")
        for door in DOORS if address == FIRST else OWN_DOORS:
            found[door] = behind(page, door, DOORS[door], rules)
        for section in own_sections(address):
            open_section(page, section)
            found[section] = findings(page, "[data-testid=stMain]", LOOKED_AT, rules)
        close_section(page, section)
    assert {place: each for place, each in found.items() if each} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_in_the_tour(page: Any, lab_server: Server, theme: str) -> None:
    visit(page, lab_server, "home", theme)
    page.get_by_role("button", name="Start here").click()
    page.get_by_text("Tour, 1 of 3").wait_for()
    wait_until_drawn(page)
    settle(page)
    assert findings(page) == []


def test_what_is_excused_is_still_needed(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, "home")
    assert sorted(each.rule for each in excuses_needed(page)) == sorted(e.rule for e in EXCUSED)


def test_axe_would_find_what_is_wrong(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, "home")
    assert findings(page) == []
    page.locator(".st-key-tile-prune p").last.evaluate("(each) => (each.style.color = '#999')")
    assert [each.split(":")[0] for each in findings(page)] == ["color-contrast (serious)"]


def test_nothing_moves_for_those_who_want_no_motion(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, "quantization")
    page.evaluate(
        "() => document.querySelector('[data-plots]').insertAdjacentHTML('beforeend', '<i class=lab-dot></i>')"
    )
    assert page.evaluate(MOVING) == []
    page.emulate_media(reduced_motion="no-preference")
    assert any("lab-dot" in each for each in page.evaluate(MOVING))
