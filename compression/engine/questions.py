"""Questions that are no recipes: a name and arguments in, JSON out, from a worker. Kept in memory only.

For the panels that explain a model: what a layer's weights look like, which layer matters most.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from compression.engine.connection import Connection
from compression.engine.outcome import is_loss
from compression.errors import EngineError
from compression.models.catalogue import hashes
from compression.recipe import MEASURING_VERSION, canonical_json

INSIGHT_RANK = 15
"""After what a knob's move waits for, before sweeps."""

KEPT = 512
"""Answers remembered; the oldest unused go first."""

ERROR_SECONDS = 20.0
"""How long a failure is an answer; asked later, it is tried again."""


class Answer:
    """What became of one question. Thread-safe; an answer that is done never changes again."""

    def __init__(self, key: str, arguments: tuple[str, ...], rank: int) -> None:
        self.key = key
        self.value: Any = None
        """What the worker said, as JSON reads it; None until then."""
        self.error = ""
        self.ended = 0.0
        self.arguments = arguments
        self.rank = rank
        self.future: Any = None
        self._done = threading.Event()

    @property
    def done(self) -> bool:
        return self._done.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is answered or failed; False if that takes longer."""
        return self._done.wait(seconds)

    def result(self, seconds: float | None = None) -> Any:
        """Wait for the answer; EngineError if it failed or took longer."""
        if not self._done.wait(seconds):
            raise EngineError(f"No answer came within {seconds} s: wait, or ask again.")
        if self.error:
            raise EngineError(self.error)
        return self.value

    def tell(self, value: Any, error: str = "") -> None:
        if not self.done:
            self.value, self.error, self.ended = value, error, time.monotonic()
            self._done.set()


class Questions:
    """The questions of one engine. Every method may be called from any thread, and none blocks."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.RLock()
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._link: Connection | None = None
        self._closed = ""

    def ask(self, question: str, arguments: Mapping[str, Any], rank: int) -> Answer:
        """The answer to a question, at once if it is known; equal questions share the work."""
        text = canonical_json(dict(arguments))
        model = str(arguments.get("model", ""))
        made_from = f"{question} {text} {hashes(model) if model else ''} {MEASURING_VERSION}"
        key = f"ask-{question}-{hashlib.sha256(made_from.encode()).hexdigest()[:16]}"
        with self._lock:
            answer = self._answers.get(key)
            if answer is None or (answer.error and time.monotonic() > answer.ended + ERROR_SECONDS):
                answer = Answer(key, (self._module, "ask", question, text), rank)
                self._answers[key] = answer
                if self._closed:
                    answer.tell(None, self._closed)
                self._send(answer)
                self._drop_oldest()
            self._answers.move_to_end(key)
            return answer

    def open(self, link: Connection) -> None:
        """There is a cluster: send what was asked meanwhile."""
        with self._lock:
            self._link = link
            for answer in self._answers.values():
                self._send(answer)

    def suspend(self) -> None:
        """The cluster is gone: what was out is asked again when the next one is there."""
        with self._lock:
            self._link = None
            for answer in self._answers.values():
                answer.future = None

    def fail_all(self, message: str) -> None:
        with self._lock:
            for answer in self._answers.values():
                answer.tell(None, message)

    def close(self, message: str) -> None:
        with self._lock:
            self._closed = message
        self.fail_all(message)

    def _send(self, answer: Answer) -> None:
        link = self._link
        if link is None or answer.done or link.gone.is_set():
            return
        try:
            answer.future = link.submit(
                answer.key, answer.rank, answer.arguments, lambda f: self._finished(answer, f)
            )
        except Exception:  # the client has just closed: ``suspend`` and ``open`` will ask again
            link.gone.set()

    def _finished(self, answer: Answer, future: Any) -> None:
        """On a thread of Dask's. A lost cluster is no answer."""
        with self._lock:
            link = self._link
            if link is None or link.gone.is_set() or answer.future is not future:
                return
        try:
            if future.status == "finished":
                said = json.loads(future.result(timeout=30))
                answer.tell(said.get("answer"), said.get("error", ""))
            elif future.status == "error":
                answer.tell(None, _sentence(future.exception(timeout=30)))
        except Exception as error:
            if isinstance(error, TypeError) or is_loss(error):  # no text: the connection broke
                link.gone.set()
            else:
                answer.tell(None, _sentence(error))
        if answer.done:
            future.release()
            answer.future = None

    def _drop_oldest(self) -> None:
        while len(self._answers) > KEPT:
            _, oldest = self._answers.popitem(last=False)
            oldest.tell(None, "Too many questions were asked at once: ask again.")


def _sentence(error: BaseException) -> str:
    reason = (str(error).strip().splitlines() or [""])[0][:200].rstrip(".")
    return f"This could not be computed ({type(error).__name__}: {reason})."
