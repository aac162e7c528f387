"""What the browser writes of a number is what Python does, with and without an interval."""

from __future__ import annotations

import random
from typing import Any

import pytest

from compression.point import METRICS, Measurement
from compression.point.difference import difference
from pages.parts.shell.quality_words import plain
from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn


def path(page: Any, name: str) -> str:
    return str(
        page.evaluate(
            "(name) => performance.getEntriesByType('resource').find(r => r.name.includes(`/plots/${name}.js`)).name",
            name,
        )
    )


def test_numbers_read_as_in_python(page: Any, plots_server: Server) -> None:
    page.goto(f"{plots_server.url}/?count=60")
    wait_until_drawn(page)
    metrics = {metric.style: metric for metric in METRICS.values()}
    cases = [
        (style, value)
        for style in metrics
        for value in (
            0.0,
            0.00123,
            0.0314,
            0.925,
            1.0,
            7.126,
            12.3456,
            0.03125,
            0.9125,
            0.000015625,
            99.96,
            311_016.0,
            2_600_000.0,
        )
    ]
    cases = [
        (style, value, *ends)
        for style, value in cases
        for ends in (
            (None, None),
            *((value * (1 - part), value * (1 + part)) for part in (0.002, 0.03, 0.11, 0.47, 3.0)),
        )
    ]
    texts = page.evaluate(
        "async ([path, cases]) => { const {text} = await import(path); return cases.map((each) => text(...each)); }",
        [path(page, "format"), cases],
    )
    assert texts == [metrics[style].text(*of) for style, *of in cases]


def test_points_lost_have_the_digits_of_the_same_interval(page: Any, plots_server: Server) -> None:
    """What a hover and a knee write is what the words of a card would."""
    page.goto(f"{plots_server.url}/?count=60")
    wait_until_drawn(page)
    chance = random.Random(0)
    cases = []
    for _ in range(300):
        before, value = chance.uniform(0.4, 0.99), chance.uniform(0.1, 0.99)
        reach = 10 ** chance.uniform(-4, -0.7)
        cases.append(
            [value, value - reach, value + reach / 2, before, before - reach, before + reach]
        )
    said = page.evaluate(
        """async ([path, cases]) => {
            const { lostBy, signed } = await import(path);
            return cases.map(([value, low, high, before, lowBefore, highBefore]) => {
                const background = { techniques: ["original", "prune"], values: { q: [before, value] },
                    low: { q: [lowBefore, low] }, high: { q: [highBefore, high] } };
                const { points, spread } = lostBy(background, "q", 1);
                return [points, spread, signed(points, 1, spread)]; }); }""",
        [path(page, "lost"), cases],
    )
    places = set()
    for (points, spread, text), case in zip(said, cases, strict=True):
        after, original = (
            Measurement(value=v, unit="fraction", how="measured", low=low, high=high, n=100)
            for v, low, high in (case[:3], case[3:])
        )
        change = difference(after, original)
        assert change is not None and change.spread is not None
        assert points == pytest.approx(100 * change.value)
        assert spread == pytest.approx(100 * change.spread)
        if abs(points) >= 0.05:  # beside a mark it is called "±0", in a sentence it keeps a digit
            assert text == plain(100 * change.value, "+", 100 * change.spread)
            places.add(len(text.partition(".")[2]))
    assert places == {0, 1}


def test_what_has_no_interval_is_written_to_a_tenth(page: Any, plots_server: Server) -> None:
    page.goto(f"{plots_server.url}/?count=60")
    wait_until_drawn(page)
    said = page.evaluate(
        """async (path) => {
            const { lostBy } = await import(path);
            const background = { techniques: ["prune", "original"], low: {}, high: {},
                values: { q: [0.5, 0.75], r: [null, 1] } };
            return [lostBy(background, "q", 0), lostBy(background, "r", 0)]; }""",
        path(page, "lost"),
    )
    assert said == [{"points": -25, "spread": 0}, None]
