"""Questions about a model: a name and arguments in, JSON out, from a worker. Answers are kept in memory, and some of
them beside the point that they are about (`compression/store/beside.py`).

For the panels that explain a model: what a layer's weights look like, which layer matters most.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from compression.engine.jobs import Job, Stage
from compression.engine.requests import Request
from compression.errors import EngineError, StoreError
from compression.models.catalogue import hashes
from compression.recipe import MEASURING_VERSION, canonical_json
from compression.store import Store

log = logging.getLogger(__name__)

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

    def request(
        self, key: str, on_done: Callable[[Request[Any]], None] | None = None
    ) -> tuple[Request[Any], bool]:
        """The request of a question, and whether it is new and remains to be queued; then ``on_done`` is called."""
        with self._lock:
            known = self._requests.get(key)
            if known is not None and not _is_stale(known):
                self._requests.move_to_end(key)
                return known, False
            request = self._requests[key] = Request(key, on_done)
            self._requests.move_to_end(key)
            oldest = next(iter(self._requests)) if len(self._requests) > KEPT else None
            dropped = None if oldest is None else self._requests.pop(oldest)
        if dropped is not None:
            dropped.cancel(TOO_MANY)
        return request, True


def keeper(
    store: Store, question: str, arguments: Mapping[str, Any]
) -> Callable[[Request[Any]], None]:
    """What keeps a question's answer beside its point once it is there; where the store takes none, it is only lost."""

    def keep(request: Request[Any]) -> None:
        if request.value is None or kept_answer(store, question, arguments) is not None:
            return
        try:
            store.beside.keep(question, arguments, request.value)
        except StoreError as error:
            log.warning("An answer was not kept: %s", error)

    return keep


def kept_answer(store: Store, question: str, arguments: Mapping[str, Any]) -> Any:
    """The answer that was kept before, by whichever process; None where there is none, or no store to ask."""
    try:
        return store.beside.find(question, arguments)
    except StoreError:
        return None


def _is_stale(request: Request[Any]) -> bool:
    too_old = time.monotonic() > request.done_at + ERROR_SECONDS
    return request.cancelled or (bool(request.error) and too_old)
