"""Processes die: the cluster, its parent, its workers. Nothing is left behind, nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from compression.engine import Engine
from compression.engine.local_cluster import spawn, stop
from compression.errors import EngineError
from tests.engine.conftest import Lab, alive, set_up, until
from tests.measured import a_recipe

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """An engine that a test may break."""
    set_up(monkeypatch, tmp_path)
    lab = Lab(tmp_path)
    yield lab
    lab.engine.close()


def cluster_of(process: psutil.Process) -> psutil.Process | None:
    for child in process.children():
        if "compression.engine.worker" in " ".join(child.cmdline()):
            return child
    return None


def test_a_killed_cluster_is_started_again_and_requests_survive(fresh: Lab) -> None:
    assert fresh.engine.request(a_recipe(1)).result(60)
    cluster = cluster_of(psutil.Process())
    assert cluster is not None
    workers = cluster.children(recursive=True)
    requests = [fresh.engine.request(a_recipe(10 + n)) for n in range(20)]
    cluster.kill()
    assert [request.result(60).stage for request in requests] == ["full"] * 20
    assert until(lambda: fresh.engine.state.name == "ready")
    assert until(lambda: not alive(workers), 10)


def test_a_screening_goes_on_when_its_cluster_is_killed(fresh: Lab) -> None:
    recipes = [a_recipe(seed) for seed in range(200)]
    fresh.engine.request(a_recipe(1)).result(60)
    with ThreadPoolExecutor() as pool:
        screening = pool.submit(fresh.engine.screen, recipes, examples=500)
        assert until(lambda: len(fresh.begun("screen-500")) > 3)
        cluster = cluster_of(psutil.Process())
        assert cluster is not None
        cluster.kill()
        assert screening.result(60) == [seed / 1000 for seed in range(200)]


def test_a_killed_parent_leaves_no_process_behind(tmp_path: Path) -> None:
    script = (
        "import time\nfrom compression.engine import Engine\nfrom tests.measured import a_recipe\n"
        "engine = Engine(module='fake_tasks', workers=2)\n"
        "engine.request(a_recipe(1)).result(60); print('up', flush=True); time.sleep(600)\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        set_up(patch, tmp_path)
        parent = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    family = psutil.Process(parent.pid).children(recursive=True)
    assert len(family) >= 3
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert until(lambda: not alive(family), 10)


def test_closing_ends_everything_and_answers_those_who_wait(fresh: Lab) -> None:
    others = set(psutil.Process().children(recursive=True))
    fresh.engine.request(a_recipe(1)).result(60)
    family = [p for p in psutil.Process().children(recursive=True) if p not in others]
    assert family
    waiting = [fresh.engine.request(a_recipe(10 + n)) for n in range(50)]
    fresh.engine.close()
    assert all(request.done for request in waiting)
    assert fresh.engine.state.name == "closed"
    assert fresh.engine.request(a_recipe(99)).error == "The engine was closed."
    assert until(lambda: not alive(family), 10)


def test_the_cluster_listens_on_loopback_only_and_with_tls(fresh: Lab) -> None:
    fresh.engine.request(a_recipe(1)).result(60)
    cluster = cluster_of(psutil.Process())
    assert cluster is not None
    family = [cluster, *cluster.children(recursive=True)]
    listening = [
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}
    assert "PRIVATE KEY" not in (fresh.folder / "engine.log").read_text()
    assert not any("PRIVATE KEY" in " ".join(process.cmdline()) for process in family)


def test_workers_get_the_allocator_and_thread_settings(fresh: Lab) -> None:
    fresh.engine.request(a_recipe(1)).result(60)
    worker = psutil.Process(fresh.begun("full")[0][2])
    names = ("MALLOC_TRIM_THRESHOLD_", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    assert [worker.environ()[name] for name in names] == ["1000000000", "1", "1"]


def test_an_engine_that_cant_start_says_so(fresh: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compression.engine.local_cluster.sys.executable", "/nowhere/python")
    request = fresh.engine.request(a_recipe(1))
    with pytest.raises(EngineError, match="could not start"):
        request.result(30)
    assert fresh.engine.state.name == "failed"


@pytest.mark.parametrize("address", ["host:8786", "tcp://192.0.2.1:8786", "http://x"])
def test_an_unsafe_scheduler_address_is_refused_at_once(
    fresh: Lab, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("COMPACT_SCHEDULER", address)
    with pytest.raises(EngineError, match="tls://"):
        fresh.engine.request(a_recipe(1)).result(20)


def test_an_existing_cluster_is_used_when_named(
    fresh: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = set(psutil.Process().children())
    process = spawn("fake_tasks", 1)
    try:
        assert process.stdout is not None
        cluster = json.loads(process.stdout.readline())
        for name, member in (("CA", "certificate"), ("CERT", "certificate"), ("KEY", "key")):
            file = fresh.folder / f"{name}.pem"
            file.write_text(cluster[member])
            monkeypatch.setenv(f"COMPACT_TLS_{name}", str(file))
        monkeypatch.setenv("COMPACT_SCHEDULER", cluster["address"])
        assert fresh.engine.request(a_recipe(1)).result(60).stage == "full"
        started = {child.pid for child in set(psutil.Process().children()) - others}
        assert started == {process.pid}
    finally:
        fresh.engine.close()
        stop(process)


def test_a_stopped_worker_is_replaced(fresh: Lab) -> None:
    fresh.engine.request(a_recipe(1)).result(60)
    os.kill(fresh.begun("full")[0][2], signal.SIGKILL)
    requests = [fresh.engine.request(a_recipe(10 + n)) for n in range(6)]
    assert [request.result(60).stage for request in requests] == ["full"] * 6
    assert until(lambda: len({pid for _, _, pid in fresh.begun()}) >= 2)


def test_asking_does_not_wait_for_the_start(fresh: Lab) -> None:
    began = time.monotonic()
    engine = Engine(fresh.store, module="fake_tasks", workers=2)
    engine.start_in_background()
    engine.warm("fashion-mnist/lenet5")
    requests = [engine.request(a_recipe(n)) for n in range(5)]
    asked = time.monotonic() - began
    assert [request.result(60).stage for request in requests] == ["full"] * 5
    engine.close()
    assert asked < 0.5
