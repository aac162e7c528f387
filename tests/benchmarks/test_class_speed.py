"""How quickly a class's guesses go to and fro while others move sliders: 30 students, p95 at most 100 ms."""

from __future__ import annotations

import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.benchmarks.raw_users import users
from tests.benchmarks.spread import Spread, Target, report
from tests.browser.live import ROOT, NoBrowser, chromium, start_server

STUDENTS, MOVERS, SECONDS, EVERY_S = 30, 10, 16, 2.0
MODEL = "fashion-mnist/lenet5"


def test_thirty_students_beside_moving_sliders(tmp_path: Path) -> None:
    server = start_server(
        ROOT / "app.py", folder=tmp_path, env={"COMPACT_HOME": str(tmp_path / "home")}
    )
    try:
        place = f"{server.url}/class/{_code(server.url)}/pruning"
        sliders = f"{server.url}/pruning?model={MODEL}"
        with ThreadPoolExecutor(STUDENTS + 1) as threads:
            moving = threads.submit(users, sliders, "Sparsity", count=MOVERS, moves=SECONDS)
            time.sleep(2)
            asked = [threads.submit(_student, place, number) for number in range(STUDENTS)]
            waited = [sample for each in asked for sample in each.result()]
            moved = moving.result()
        with urllib.request.urlopen(place) as answer:
            assert json.loads(answer.read())["count"] == STUDENTS
    finally:
        server.stop()
    report(
        f"{STUDENTS} students of a class beside {MOVERS} moving sliders",
        Spread.of(waited),
        target=Target(p95=100),
    )
    report(f"the {MOVERS} sliders beside them", moved, target=Target())


def _code(url: str) -> str:
    """Of a class that is opened as a teacher does."""
    try:
        with chromium() as browser:
            page = browser.new_page()
            page.goto(f"{url}/learn")
            page.get_by_role("button", name="Open a new class").click()
            page.wait_for_url("**class=*")
            return parse_qs(urlsplit(page.url).query)["class"][0]
    except NoBrowser as missing:
        pytest.skip(str(missing))


def _student(place: str, number: int) -> list[float]:
    """One guess, and a look at those of the class every two seconds; each round trip in ms."""
    time.sleep(EVERY_S * number / STUDENTS)
    told = json.dumps({"who": f"student {number}", "guess": 1 + number % 9}).encode()
    sent = urllib.request.Request(place, told, {"Content-Type": "application/json"})
    samples = [_ms(sent)]
    for _ in range(int((SECONDS - 4) / EVERY_S)):
        time.sleep(EVERY_S)
        samples.append(_ms(urllib.request.Request(place)))
    return samples


def _ms(asked: urllib.request.Request) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(asked) as answer:
        answer.read()
    return 1000 * (time.perf_counter() - began)
