"""A sliced model's devices, each a process of this machine: started, looked at, stopped one by one, and ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from compression.engine import log
from compression.engine.local_cluster import ROOT
from compression.engine.worker.settings import SPAWN_ENVIRONMENT
from compression.errors import EngineError
from compression.home import home

MODULE = "compression.insight.slicing.run_devices"
END_SECONDS = 5.0

MOST = 4
"""At work at a time, whoever watches them: each takes some hundred MB."""

_at_work: weakref.WeakSet[RunningDevices] = weakref.WeakSet()


class RunningDevices:
    """Nothing blocks but ``close``, and that for a moment. Ends with this object, and when nobody looks for seconds."""

    def __init__(self, recipe: Mapping[str, Any], kept: str = "") -> None:
        """Of a recipe's JSON; ``kept`` is the digest of its trained file, where it trains."""
        if sum(each.is_at_work for each in list(_at_work)) >= MOST:
            raise EngineError(
                f"{MOST} models run on devices already: try again when one of them has ended."
            )
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {
            **os.environ, **SPAWN_ENVIRONMENT,
            "PYTHONPATH": os.pathsep.join(paths), "COMPACT_HOME": str(home()),
        }  # fmt: skip
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", MODULE],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                cwd=ROOT, env=environment, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise EngineError(f"The devices could not be started ({error.strerror}).") from error
        self._state: dict[str, Any] = {"state": "starting"}
        assert self._process.stderr is not None
        log.keep(self._process.stderr)
        threading.Thread(target=_keep, args=[self._process, self._state], daemon=True).start()
        self._end = weakref.finalize(self, _end, self._process)
        _at_work.add(self)
        self._say({"recipe": dict(recipe), "kept": kept})

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_at_work(self) -> bool:
        return self._process.poll() is None

    def look(self) -> dict[str, Any]:
        """The state of late: ``starting``, ``running`` with a row a device, or ``ended`` with a sentence."""
        self._say({"do": "look"})
        return dict(self._state)

    def stop(self, device: int) -> None:
        """As if its power failed; devices are counted from 1."""
        self._say({"do": "stop", "device": device})

    def start(self, device: int) -> None:
        self._say({"do": "start", "device": device})

    def close(self) -> None:
        self._end()

    def _say(self, order: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # it has ended, as the state says
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()


def _keep(process: subprocess.Popen[bytes], state: dict[str, Any]) -> None:
    """Each line takes the place of the one before; it holds no ``RunningDevices``, which may thus be let go."""
    assert process.stdout is not None
    for line in process.stdout:
        state.update(json.loads(line))
    if state["state"] != "ended":
        state.update(state="ended", said=f"It has ended by itself: {log.log_file()} may say why.")
    process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
