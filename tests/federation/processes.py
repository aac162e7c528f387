"""A SuperLink and SuperNodes on this machine, as users start them; all of them end with the block."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from compression.federation.launch import free_port

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-federated" / "bin" / "python"
PATIENCE_S = 120


def needs_flower() -> None:
    if PYTHON.exists():
        return
    if os.environ.get("CI") and sys.version_info >= (3, 11):
        pytest.fail("CI makes .venv-federated before the tests, and it is not there")
    pytest.skip("Flower is not installed: make federated builds an environment for it")


class Federation:
    """Its programs write into ``folder``, each a log of its own."""

    def __init__(self, folder: Path, keys: Path | None = None) -> None:
        self.folder, self.keys, self.port = folder, keys, free_port()
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Federation:
        try:
            link = self._start(
                "superlink", "superlink", "--listen", self.address, *self._keys(self.keys)
            )
            wait_for(lambda: link.poll() is not None or self._listens())
            assert link.poll() is None, self.log("superlink")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in reversed(list(self._started)):
            self.end(name)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def supernode(
        self, client: int, *options: str, keys: Path | None = None
    ) -> subprocess.Popen[bytes]:
        told = ["--superlink", self.address, "--client", str(client), *options]
        name = f"client-{client}" if keys is None else f"stranger-{client}"
        return self._start(name, "supernode", *told, *self._keys(keys or self.keys))

    def ask(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        told = [command, "--superlink", self.address, *options, *self._keys(self.keys)]
        return subprocess.run(
            [str(PYTHON), "-m", "compression.federation", *told], env=self._env("asked"), cwd=ROOT,
            capture_output=True, text=True, timeout=PATIENCE_S + 180, check=False,
        )  # fmt: skip

    def starts(self, name: str, command: str, *options: str) -> subprocess.Popen[bytes]:
        """The same without waiting; what it says is in its log."""
        told = ["--superlink", self.address, *options, *self._keys(self.keys)]
        return self._start(name, command, *told)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", errors="replace")

    def end(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End a program and whatever it has started, however that ends."""
        process = self._started.pop(name)
        family = []
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        for child in psutil.wait_procs(family, timeout=5)[1]:
            with suppress(psutil.NoSuchProcess):
                child.kill()

    def _start(self, name: str, *told: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(PYTHON), "-m", "compression.federation", *told], env=self._env(name), cwd=ROOT,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._started[name] = process
        return process

    def _env(self, name: str) -> dict[str, str]:
        return {
            **os.environ,
            "COMPACT_HOME": str(self.folder / f"home-{name}"),
            "FLWR_SUPEREXEC_TASK_POLL_INTERVAL": "0.1",
        }

    def _keys(self, keys: Path | None) -> list[str]:
        return ["--keys", str(keys)] if keys else []

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
