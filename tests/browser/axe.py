"""axe-core on the page that a test has open: what it finds, and what of it is Streamlit's own and stays.

axe-core (Deque Systems, MPL-2.0) (4.12.1) comes inside axe-playwright-python 0.1.8 and is a tool of the tests alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
LISTED = ("serious", "critical")


@dataclass(frozen=True)
class Excuse:
    """A rule that elements of Streamlit's own break, and why we can't mend it."""

    rule: str
    selector: str
    reason: str


EXCUSED = (
    Excuse(
        "list",
        "[data-testid=stSidebarNavItems]",
        "Streamlit puts a div for each section of the navigation into its ul; sections have no other markup.",
    ),
    Excuse(
        "listitem",
        "[data-testid=stSidebarNavItems] li",
        "The same: its li stand in those divs. Browsers still read them as links with their names.",
    ),
)

RUN = """async ([inside, without, rules, listed, excused]) => {
    const context = { include: inside.map((each) => [each]), exclude: without.map((each) => [each]) };
    const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
    const { violations } = await axe.run(context, { resultTypes: ["violations"], ...only });
    const found = [], used = [];
    for (const { id, impact, nodes } of violations.filter(({ impact }) => listed.includes(impact))) {
        for (const { target, failureSummary, html } of nodes) {
            const element = document.querySelector(target.at(-1));
            const excuse = excused.findIndex(([rule, selector]) => rule === id && element?.matches(selector));
            if (excuse < 0) found.push(`${id} (${impact}): ${html.slice(0, 200)} ${failureSummary}`);
            else used.push(excuse);
        }
    }
    return { found, used: [...new Set(used)] }; }"""


LOOKS = 4
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that a theme can break: all others look at what is there, which is the same in each."""


def findings(
    page: Any,
    inside: str = "html",
    without: tuple[str, ...] = (),
    rules: tuple[str, ...] = (),
) -> list[str]:
    """Serious and critical ones in an element that aren't excused, each with its element and what would mend it.

    Of all rules, or of some. Only those that stay: a widget that is being drawn anew is pale for a moment.
    """
    for _ in range(LOOKS):
        found = list(_run(page, inside, without, rules)["found"])
        if not found:
            break
        page.wait_for_timeout(500)
    return found


def excuses_needed(page: Any) -> list[Excuse]:
    """Those that the page still needs: one that it doesn't has to go."""
    return [EXCUSED[index] for index in _run(page, "html", (), ())["used"]]


def _run(
    page: Any, inside: str, without: tuple[str, ...], rules: tuple[str, ...]
) -> dict[str, Any]:
    page.bring_to_front()  # a tab behind another one draws no frames
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {AXE} }}")
    excused = [[each.rule, each.selector] for each in EXCUSED]
    return dict(page.evaluate(RUN, [[inside], list(without), list(rules), list(LISTED), excused]))
