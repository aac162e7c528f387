"""What the browser writes of a number is what Python does, with and without an interval."""

from __future__ import annotations

from typing import Any

from compression.point import METRICS
from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn


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
            99.96,
            311_016.0,
            2_600_000.0,
        )
    ]
    path = page.evaluate(
        "() => performance.getEntriesByType('resource').find(r => r.name.includes('/plots/format.js')).name"
    )
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
        [path, cases],
    )
    assert texts == [metrics[style].text(*of) for style, *of in cases]
