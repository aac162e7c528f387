"""Open files: the limit is raised as far as the system lets it, and a crowd needs few of them."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from compression.engine.open_files import raise_limit
from tests.engine.conftest import Lab
from tests.measured import MODEL, a_recipe

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("soft", "hard", "now"), [(64, 300, 300), (300, 300, 300), (64, 100_000, 65_536)]
)
def test_the_limit_is_raised_as_far_as_it_goes(
    soft: int, hard: int, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = stand_in_for_the_system(monkeypatch, soft, hard, ceiling=10**9)
    assert raise_limit() == limits()[0] == now


def test_a_systems_own_ceiling_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = stand_in_for_the_system(monkeypatch, 256, resource.RLIM_INFINITY, ceiling=24_576)
    assert raise_limit() == limits()[0] == 10_240


def test_a_real_process_may_open_more_afterwards() -> None:
    script = (
        "import resource; from compression.engine.open_files import raise_limit\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard)); raise_limit()\n"
        "print(len([open('/dev/null') for _ in range(200)]))"
    )
    printed = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True)
    assert printed == "200\n"


def test_a_hundred_visitors_share_the_engines_handles(lab: Lab) -> None:
    lab.engine.request(a_recipe(1)).result(60)
    process, before = psutil.Process(), psutil.Process().num_fds()

    def visit(number: int) -> int:
        lab.engine.request(a_recipe(100 + number)).result(60)
        lab.engine.ask("visit", {"number": number}).result(60)
        lab.store.points(MODEL)
        return process.num_fds()

    with ThreadPoolExecutor(100) as visitors:
        most = max(visitors.map(visit, range(100)))
    assert most - before <= 40  # the store keeps up to fifteen connections, of two files each


def stand_in_for_the_system(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, *, ceiling: int
) -> Callable[[], tuple[int, int]]:
    limits = [(soft, hard)]

    def change(_kind: int, wanted: tuple[int, int]) -> None:
        if wanted[0] > ceiling:
            raise ValueError("not allowed to raise maximum limit")
        limits.append(wanted)

    monkeypatch.setattr(resource, "getrlimit", lambda _kind: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", change)
    return lambda: limits[-1]
