"""A panel that waits for its answer asks again where Streamlit lost its first question."""

from __future__ import annotations

from typing import Any

from pages.parts.panels.common.asking import POLL_JS

ASKED = """async (source) => {
    const { default: poll } = await import("data:text/javascript," + encodeURIComponent(source));
    const asked = [];
    const until = (count, stop) => new Promise((done) => {
        const setTriggerValue = (name, turn) => { asked.push([name, turn]); if (asked.length === count) done(stop); };
        stop = poll({ data: { turn: 7, ms: 1, again_ms: 1 }, setTriggerValue });
        if (count === 0) { stop(); setTimeout(done, 50); }
    });
    await until(0);
    const stopped = asked.length;
    await until(3);
    return [stopped, asked.slice(0, 3)];
}"""


def test_a_question_is_asked_until_the_panel_is_drawn_anew_and_no_longer(page: Any) -> None:
    stopped, asked = page.evaluate(ASKED, POLL_JS)
    assert stopped == 0
    assert asked == [["poll", 7]] * 3
