"""The processes of a pipeline: started, watched, started again, and ended with their files."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compression.errors import LabError

ROOT = Path(__file__).parents[3]
START_SECONDS = 30.0
END_SECONDS = 2.0


class StageError(LabError):
    """A stage is not there, or did not do its work; one sentence."""


@dataclass(eq=False)
class StageProcess:
    """One stage's process; ``settings`` are those of `compression.deploy.stages`."""

    settings: dict[str, Any]
    process: subprocess.Popen[bytes]
    said: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    address: str = ""
    idle_bytes: int = 0

    @classmethod
    def start(cls, settings: dict[str, Any]) -> StageProcess:
        """Started, and not yet waited for."""
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(
            [sys.executable, "-m", "compression.deploy.stages", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
        )
        started = cls(settings, process)
        threading.Thread(target=started._listen, daemon=True).start()
        return started

    def known_address(self) -> str:
        """Where it listens, or will in a moment; waited for where it chooses a port itself."""
        listen: str = self.settings["listen"]
        if listen.endswith("*"):
            self.wait_until_ready()
        return self.address or listen

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """StageError where it ended before, or takes longer."""
        if self.address:
            return
        lines: queue.Queue[bytes] = queue.Queue()
        assert self.process.stdout is not None
        stdout = self.process.stdout
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=seconds)
        except queue.Empty:
            self.end()
            raise StageError(f"Stage {self.number} did not start within {seconds:g} s.") from None
        if not line:
            self.process.wait(END_SECONDS)
            time.sleep(0.05)  # for the thread that reads what it said
            allowed = self.settings["memory_mb"]
            within = f" (it may take {allowed} MB above an idle process)" if allowed else ""
            raise StageError(f"Stage {self.number} did not start{within}: {self.last_words}")
        told = json.loads(line)
        self.address, self.idle_bytes = told["address"], told["idle_bytes"]
        # One that is started again takes the place of the one before.
        self.settings = {**self.settings, "listen": self.address}

    @property
    def number(self) -> int:
        return int(self.settings["number"])

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    @property
    def last_words(self) -> str:
        return self.said[-1] if self.said else f"it ended with code {self.process.poll()}."

    def end(self) -> None:
        """At once; it has nothing to put in order."""
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        try:
            for line in self.process.stderr:
                self.said.append(line.decode(errors="replace").strip()[:300])
        except ValueError:  # closed while it was read
            return
