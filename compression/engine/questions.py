"""Questions about a model: a name and arguments in, JSON out, from a worker. Answers are kept in memory only.

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

from compression.engine.jobs import Job, Stage
from compression.engine.requests import Request
from compression.errors import EngineError
from compression.models.catalogue import hashes
from compression.recipe import MEASURING_VERSION, canonical_json

KEPT = 512
"""Answers in memory; the oldest unused go first."""

ERROR_SECONDS = 20.0
"""How long a failure is an answer; asked later, it is tried again."""

TOO_MANY = "Too many questions were asked at once: ask again."


class QuestionJob(Job):
    """A question to answer, one of ``compression.insight``."""

    def __init__(self, question: str, arguments: Mapping[str, Any]) -> None:
        text = canonical_json(dict(arguments))
        model = str(arguments.get("model", ""))
        made_from = f"{question} {text} {hashes(model) if model else ''} {MEASURING_VERSION}"
        digest = hashlib.sha256(made_from.encode()).hexdigest()[:16]
        super().__init__(f"ask-{question}-{digest}")
        self._call = ["ask", question, text]

    def call(self, stage: Stage) -> list[str]:
        return self._call

    def read(self, text: str) -> Any:
        reply = json.loads(text)
        if error := reply.get("error"):
            raise EngineError(error)
        return reply["answer"]

    @property
    def failure(self) -> str:
        return "This could not be computed"


class Answers:
    """The questions asked lately: those that are equal are one request. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: OrderedDict[str, Request[Any]] = OrderedDict()

    def request(self, key: str) -> tuple[Request[Any], bool]:
        """The request of a question, and whether it is new and remains to be queued."""
        with self._lock:
            known = self._requests.get(key)
            if known is not None and not _is_stale(known):
                self._requests.move_to_end(key)
                return known, False
            request = self._requests[key] = Request(key)
            self._requests.move_to_end(key)
            oldest = next(iter(self._requests)) if len(self._requests) > KEPT else None
            dropped = None if oldest is None else self._requests.pop(oldest)
        if dropped is not None:
            dropped.cancel(TOO_MANY)
        return request, True


def _is_stale(request: Request[Any]) -> bool:
    too_old = time.monotonic() > request.done_at + ERROR_SECONDS
    return request.cancelled or (bool(request.error) and too_old)
