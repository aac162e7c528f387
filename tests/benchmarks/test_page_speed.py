"""How quickly pages answer, against the same page with stock Streamlit; printed, not judged.

By default the plots alone on made-up points; ``COMPACT_BENCH=app`` takes the real pruning page on
a store filled with as many points.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.benchmarks.in_browser import box_selection, key_press, open_page
from tests.benchmarks.raw_users import users
from tests.benchmarks.spread import Spread, Target, report
from tests.browser.live import ROOT, NoBrowser, Server, chromium, start_server

MOVES, DRAGS, USERS, MANY, VISITS = 42, 12, 20, 50, 10
REAL = os.environ.get("COMPACT_BENCH") == "app"
MODEL = "fashion-mnist/lenet5"
SWEPT = ("--step", "prune:sparsity=0.1..0.95,repair=none", "--step", "quantize:bits=2..8")
LAST_TILE = ".st-key-tile-all svg"
OURS, STOCK = "[data-plots][data-drawn]", ".js-plotly-plot >> nth=2"
Tab = Callable[[str, str], Any]
Measured = TypeVar("Measured")


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    """Opens an address in a tab of its own and sets up the clock."""
    try:
        with chromium() as browser:

            def opened(url: str, ready: str) -> Any:
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                page.set_default_timeout(60_000)
                open_page(page, url, ready=ready)
                return page

            yield opened
    except NoBrowser as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("stock")  # without a .streamlit folder: stock settings
    server = start_server(Path(__file__).parent / "stock_app.py", folder=folder, cwd=folder)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], str]]:
    """The address of our page with so many points."""
    servers: dict[int, Server] = {}

    def of(count: int) -> str:
        if not REAL:
            count = 0
        if count not in servers:
            servers[count] = _our_server(tmp_path_factory.mktemp("ours"), count)
        return servers[count].url

    yield lambda count: f"{of(count)}/" + (f"pruning?model={MODEL}" if REAL else f"?count={count}")
    for server in servers.values():
        server.stop()


@pytest.mark.parametrize("count", [200, 10_000])
def test_key_press(tab: Tab, address: Callable[[int], str], stock: Server, count: int) -> None:
    def both(page: Any) -> tuple[Spread, Spread]:
        ring = key_press(page, _slider(), moves=MOVES)
        return ring, key_press(page, _slider(), moves=MOVES, state="told")

    ours, settled = _closed(tab(address(count), OURS), both)
    stocks = min(count, 2_000)  # stock needs seconds a move beyond
    other = _closed(
        tab(f"{stock.url}/?count={stocks}", STOCK),
        lambda page: key_press(page, "sparsity", moves=MOVES, state="stock"),
    )
    report(
        f"key press to three plots, {count} points (stock: {stocks})",
        ours,
        target=Target(30, 50),
        stock=other,
    )
    report(f"key press to all settled, {count} points", settled, target=Target(60, 90))


def test_linked_selection(tab: Tab, address: Callable[[int], str], stock: Server) -> None:
    def ours(page: Any) -> Spread:
        page.get_by_role("button", name="Select").click()
        return box_selection(page, drags=DRAGS)

    stocks = _closed(
        tab(f"{stock.url}/?count=2000", STOCK),
        lambda page: box_selection(page, drags=DRAGS, state="stock"),
    )
    measured = _closed(tab(address(2_000), OURS), ours)
    report(
        "box selection in three plots, 2000 points", measured, target=Target(p95=90), stock=stocks
    )


def test_twenty_users(address: Callable[[int], str], stock: Server) -> None:
    ours = users(address(2_000), _slider(), count=USERS, moves=15)
    other = users(f"{stock.url}/?count=200", "sparsity", count=USERS, moves=8)
    report(f"{USERS} users, one move a second each", ours, target=Target(p95=20), stock=other)


def test_fifty_users_beside_a_sweep(tmp_path: Path) -> None:
    """On the real pruning page, while all workers measure a sweep that is started by the command line."""
    home = {"COMPACT_HOME": str(tmp_path / "home")}
    server = start_server(ROOT / "app.py", folder=tmp_path, env=home)
    command = ["-m", "compression", "sweep", "fashion-mnist/resnet8", *SWEPT]
    try:
        with (tmp_path / "sweep.log").open("wb") as log:
            sweep = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**os.environ, **home},
                stdout=log,
                stderr=log,
            )
        ours = users(f"{server.url}/pruning?model={MODEL}", "Sparsity", count=MANY, moves=15)
        assert sweep.poll() is None, (tmp_path / "sweep.log").read_text()
        sweep.terminate()
        sweep.wait(timeout=60)
    finally:
        server.stop()
    report(f"{MANY} users beside a sweep, one move a second each", ours, target=Target(p95=250))


def test_the_home_page_again(tab: Tab, tmp_path: Path) -> None:
    """From the address to the last tile's picture, with a browser and a server that have shown it before."""
    server = start_server(ROOT / "app.py", folder=tmp_path, env={"COMPACT_HOME": str(tmp_path)})
    try:
        page, last = tab(server.url, LAST_TILE), []
        for _ in range(VISITS):
            began = time.perf_counter()
            page.goto(server.url)
            page.wait_for_selector(LAST_TILE)
            last.append(1000 * (time.perf_counter() - began))
    finally:
        server.stop()
    report("home page, again", Spread.of(last), target=Target(p50=1_000))


def _slider() -> str:
    return "Sparsity" if REAL else "sparsity"


def _closed(page: Any, measure: Callable[[Any], Measured]) -> Measured:
    try:
        return measure(page)
    finally:
        page.close()


def _our_server(folder: Path, count: int) -> Server:
    if not REAL:
        return start_server(ROOT / "tests" / "browser" / "plots_app.py", folder=folder)
    home = {"COMPACT_HOME": str(folder / "home")}
    fill = [sys.executable, "-m", "tests.benchmarks.populate", MODEL, str(count)]
    subprocess.run(fill, check=True, cwd=ROOT, env={**os.environ, **home})
    return start_server(ROOT / "app.py", folder=folder, env=home)
