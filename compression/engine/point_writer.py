"""Writes finished points to the store before anyone sees them, and holds those it refuses."""

from __future__ import annotations

import logging
import threading

from compression.errors import StoreError
from compression.point import Point
from compression.store import Store

log = logging.getLogger(__name__)


class PointWriter:
    """What the store refuses stays here and is tried again with the next point: nothing is lost."""

    def __init__(self, store: Store | None = None) -> None:
        self._given = store
        self._unsaved: dict[str, Point] = {}
        self._ahead: set[str] = set()
        """Keys of those that nobody has asked for so far."""
        self._is_reported = False
        self._lock = threading.Lock()

    @property
    def store(self) -> Store:
        return self._given or Store.open()

    def find(self, key: str) -> Point | None:
        """The full point of a key if it was measured here, even by a process before this one."""
        unsaved = self._unsaved.get(key)
        if unsaved is not None:
            return unsaved
        try:
            stored = self.store.get(key)
        except StoreError:
            return None
        return stored if stored is not None and stored.stage == "full" else None

    def ask_for(self, key: str) -> None:
        """Somebody wants a point that is there: it is no longer one only measured ahead. Waits for no writer."""
        self._ahead.discard(key)
        try:
            self.store.asked_for((key,))
        except StoreError as error:  # there is none to ask
            log.warning("%s", error)

    def write(self, point: Point, *, is_ahead: bool) -> str | None:
        """Store the point; the trouble in one sentence if it can't be, said once until it works.

        ``is_ahead``: nobody has asked for it so far.
        """
        with self._lock:
            if is_ahead:
                self._ahead.add(point.key)
            self._unsaved[point.key] = point
            marked = frozenset(self._ahead)
            try:
                self.store.add_all(self._unsaved.values(), marked)
            except StoreError as error:
                message = None if self._is_reported else str(error)
                self._is_reported = True
                return message
            self._unsaved.clear()
            late = marked - self._ahead
            self._ahead -= marked
            self._is_reported = False
        if late:  # asked for while they were being written
            self.store.asked_for(late)
        return None
