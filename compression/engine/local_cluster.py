"""The local cluster, a process of our own: started, asked once where it listens, and ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from compression.engine import log
from compression.engine.worker.settings import SPAWN_ENVIRONMENT
from compression.engine.worker.tasks import IMPORTS
from compression.errors import EngineError
from compression.home import home

ROOT = Path(__file__).parents[2]
TASKS = "compression.engine.worker.tasks"
"""What workers run, unless an engine is told otherwise."""

BEGIN = b"begin\n"
START_SECONDS = 60.0
STOP_SECONDS = 3.0


def named_scheduler() -> str:
    """The address of the cluster to use; empty for one of our own."""
    return os.environ.get("COMPACT_SCHEDULER", "").strip()


def spawn(module: str, workers: int) -> subprocess.Popen[bytes]:
    process = prepare(module, workers)
    begin(process)
    return process


def begin(process: subprocess.Popen[bytes]) -> None:
    """Have a prepared process start its cluster; one that has died meanwhile says so by what it doesn't answer."""
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.write(BEGIN)
        process.stdin.flush()


def prepare(module: str, workers: int) -> subprocess.Popen[bytes]:
    """The process of a cluster, which imports what takes long and waits for `begin`."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    imports = "compression.pipeline" if module.startswith("compression.") else module
    environment = {
        **os.environ,
        **SPAWN_ENVIRONMENT,
        "PYTHONPATH": os.pathsep.join(paths),
        "COMPACT_HOME": str(home()),
        IMPORTS: imports,
    }
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "compression.engine.worker", str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent, which then lets go
        )
    except OSError as error:
        raise EngineError(f"The engine's process could not start ({error.strerror}).") from error
    assert process.stderr is not None
    log.keep(process.stderr)
    return process


def first_line(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    late = threading.Timer(START_SECONDS, process.kill)
    late.start()
    try:
        cluster: dict[str, Any] = json.loads(process.stdout.readline())
        return cluster
    except ValueError:
        raise EngineError(
            f"The engine's process ended before it was ready: {log.log_file()} says why."
        ) from None
    finally:
        late.cancel()


def stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.close()
        process.wait(STOP_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        process.kill()
        process.wait()
    process.stdout.close()
