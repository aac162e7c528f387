"""Times seen in a real browser: from the user's action to the frame after the last plot was drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.benchmarks.spread import Spread

WARM_UP = 2
PAUSE_MS = 150

# `bench.watch(changed)` arms the clock: it starts at the next key or mouse release, and stops in
# the frame after `changed()` is first true. Ours is true when the component has stamped its draw.
CLOCK = """() => {
    const stamp = () => document.querySelector('[data-plots]')?.dataset;
    const titles = () => [...document.querySelectorAll('.js-plotly-plot .gtitle')].map(t => t.textContent);
    const states = {
        drawn: () => stamp()?.key,
        selected: () => performance.getEntriesByName('plots-selected').length,
        stock: () => { const t = titles(); return t.length === 3 && new Set(t).size === 1 ? t[0] : undefined; },
    };
    const bench = window.bench = {
        watch(name) {
            const state = states[name], before = state();
            bench.took = bench.from = null;
            const look = () => {
                const now = state();
                if (bench.from !== null && now !== undefined && now !== before) return painted();
                bench.next = name === 'stock' ? requestAnimationFrame(look) : setTimeout(look, 1);
            };
            const painted = () => requestAnimationFrame(() => {
                const after = new MessageChannel();
                after.port1.onmessage = () => { bench.took = performance.now() - bench.from; };
                after.port2.postMessage(0);
            });
            bench.look = look;
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
    """From each arrow key on the slider to the repaint of all three plots; ten up, ten down."""
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
