"""Times seen in a real browser: from the user's action to the frame after the last plot was drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.benchmarks.spread import Spread

WARM_UP = 2
PAUSE_MS = 150

# `bench.watch(state)` arms the clock: it starts at the next key or mouse release, and stops when the frame is painted
# that shows the change. Ours is there when the component has stamped its draw, which is heard in the same task:
# looking for it by a timer found it only after its frame, and then waited for another one.
CLOCK = """() => {
    const stamp = () => document.querySelector('[data-plots]')?.dataset;
    const titles = () => [...document.querySelectorAll('.js-plotly-plot .gtitle')].map(t => t.textContent);
    const states = {
        drawn: () => stamp()?.key,
        told: () => stamp()?.drawn,
        selected: () => performance.getEntriesByName('plots-selected').length,
        stock: () => { const t = titles(); return t.length === 3 && new Set(t).size === 1 ? t[0] : undefined; },
    };
    const afterPaint = (then) => {
        const after = new MessageChannel();
        after.port1.onmessage = then;
        after.port2.postMessage(0);
    };
    const bench = window.bench = {
        watch(name) {
            const state = states[name], before = state();
            bench.took = bench.from = null;
            const done = () => afterPaint(() => { bench.took = performance.now() - bench.from; });
            const changed = () => bench.from !== null && state() !== undefined && state() !== before;
            if (stamp() && name !== 'selected') {
                const seen = new MutationObserver(() => changed() && (seen.disconnect(), requestAnimationFrame(done)));
                seen.observe(document.querySelector('[data-plots]'), { attributes: true });
                return;
            }
            const look = () => (changed() ? done() : requestAnimationFrame(look));
            look();
        },
    };
    const start = (event) => { if (bench.from === null) bench.from = event.timeStamp; };
    addEventListener('keydown', (event) => event.key.startsWith('Arrow') && start(event), true);
    addEventListener('pointermove', (event) => event.buttons && states.drawn() && start(event), true);
    addEventListener('mouseup', (event) => states.drawn() || start(event), true);
}"""


def open_page(page: Any, url: str, *, ready: str) -> None:
    """Go there, wait until ``ready`` (a selector) is there, and set up the clock."""
    page.goto(url)
    page.wait_for_selector(ready)
    page.wait_for_timeout(1_500)
    page.evaluate(CLOCK)


def key_press(page: Any, slider: str, *, moves: int, state: str = "drawn") -> Spread:
    """From each arrow key on the slider to the repaint of all three plots; ten up, ten down.

    ``state="told"`` waits for what the script's answer draws: sentence, figures, and last the plots once more.
    """
    page.get_by_role("slider", name=slider).focus()
    keys = [f"Arrow{way}" for way in ("Right", "Left") for _ in range(10)]
    return _timed(page, state, moves, lambda number: page.keyboard.press(keys[number % 20]))


def box_selection(page: Any, *, drags: int, state: str = "selected") -> Spread:
    """From the box's last change to the repaint of all three plots; each box is another one.

    Ours follows the mouse, so its last change is the last move; stock's is letting go.
    """
    area = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()

    def select(number: int) -> None:
        page.mouse.move(area["x"] + 4, area["y"] + 4)
        page.mouse.down()
        page.mouse.move(area["x"] + 30, area["y"] + area["height"] * 0.5)
        page.wait_for_timeout(PAUSE_MS)
        page.evaluate(f"() => bench.watch('{state}')")
        across = area["width"] * (0.8 - 0.01 * number)
        page.mouse.move(area["x"] + across, area["y"] + area["height"] * 0.7)
        page.mouse.up()

    return _timed(page, None, drags, select)


def _timed(page: Any, state: str | None, count: int, act: Callable[[int], None]) -> Spread:
    samples = []
    for number in range(count + WARM_UP):
        if state:
            page.evaluate(f"() => bench.watch('{state}')")
        act(number)
        page.wait_for_function("() => bench.took !== null", timeout=30_000, polling=25)
        samples.append(page.evaluate("() => bench.took"))
        page.wait_for_timeout(PAUSE_MS)
    return Spread.of(samples[WARM_UP:])
