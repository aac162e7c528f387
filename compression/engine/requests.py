"""What its asker holds of anything asked of the engine: whether it is done, how far it is, what came back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from compression.errors import EngineError
from compression.point import Point
from compression.recipe import Recipe
from compression.training.progress import Progress

Value = TypeVar("Value")


class Request(Generic[Value]):
    """One thing asked. Thread-safe; a request that is done never changes again.

    ``on_done`` is called with the request once its value or an error is there, on whatever thread brings it.
    """

    def __init__(self, key: str, on_done: Callable[[Any], None] | None = None) -> None:
        self.key = key
        self.value: Value | None = None
        """What was asked for; None until it is there."""
        self.estimate: Value | None = None
        """A first, rougher value of what takes long."""
        self.progress: tuple[Progress, ...] = ()
        """Of a training, first to latest: bounded, the ends kept. Empty until it begins."""
        self.error = ""
        """Why there will be no value, in a sentence."""
        self.warning: str | None = None
        """Said once when points are measured but can't be stored."""
        self.cancelled = False
        self.done = False
        """Nothing more will come: the value is there, or an error, or it was cancelled."""
        self.done_at = 0.0
        """On the monotonic clock."""
        self._on_done = on_done
        self._withdraw: Callable[[Request[Value]], None] | None = None
        self._changed = threading.Condition()
        self._news = self._seen = 0

    @property
    def best(self) -> Value | None:
        """The value if it is there, else the estimate."""
        return self.estimate if self.value is None else self.value

    def wait(self, seconds: float) -> bool:
        """Wait for something not yet waited for (estimate, progress, value, error); False if none came."""
        with self._changed:
            self._changed.wait_for(lambda: self._news > self._seen or self.done, seconds)
            fresh, self._seen = self._news > self._seen, self._news
            return fresh

    def result(self, seconds: float | None = None) -> Value:
        """Wait for the value; EngineError if it failed, was cancelled or took longer."""
        with self._changed:
            self._changed.wait_for(lambda: self.done, seconds)
        if not self.done:
            raise EngineError(self._late(seconds))
        if self.error or self.cancelled:
            raise EngineError(self.error or "The request was cancelled.")
        return cast(Value, self.value)

    def cancel(self, reason: str = "") -> None:
        """Stop waiting. Others who wait for the same are not hurt."""
        with self._changed:
            if self.done:
                return
            self.error, self.cancelled = reason, True
            self._end()
        if self._withdraw is not None:
            self._withdraw(self)

    def _late(self, seconds: float | None) -> str:
        return f"No answer came within {seconds} s: wait, or ask again."

    # The engine's side

    def attach(self, withdraw: Callable[[Request[Value]], None]) -> None:
        """Say what is to be called when it is cancelled."""
        self._withdraw = withdraw

    def tell_estimate(self, value: Value) -> None:
        with self._changed:
            if not self.done and self.estimate is None:
                self.estimate = value
                self._tell()

    def tell_progress(self, curve: tuple[Progress, ...]) -> None:
        with self._changed:
            if not self.done:
                self.progress = curve
                self._tell()

    def tell_value(self, value: Value, warning: str | None = None) -> None:
        self._finish(value, "", warning)

    def tell_error(self, message: str) -> None:
        self._finish(None, message, None)

    def _finish(self, value: Value | None, error: str, warning: str | None) -> None:
        with self._changed:
            if self.done:
                return
            self.value, self.error, self.warning = value, error, warning
            self._tell()
            self._end()
        if self._on_done is not None:
            self._on_done(self)

    def _end(self) -> None:
        self.done, self.done_at = True, time.monotonic()
        self._changed.notify_all()

    def _tell(self) -> None:
        self._news += 1
        self._changed.notify_all()


class PointRequest(Request[Point]):
    """A recipe's point that was asked for."""

    def __init__(
        self, recipe: Recipe, *, on_done: Callable[[PointRequest], None] | None = None
    ) -> None:
        super().__init__(recipe.key, on_done)
        self.recipe = recipe

    @property
    def point(self) -> Point | None:
        """The full point; None until it is there."""
        return self.value

    def _late(self, seconds: float | None) -> str:
        return f"{self.recipe.describe()} took longer than {seconds} s: wait, or ask again."
