"""Writes finished points to the store before anyone sees them, and holds those it refuses."""

from __future__ import annotations

import threading

from compression.errors import StoreError
from compression.point import Point
from compression.store import Store


class PointWriter:
    """What the store refuses stays here and is tried again with the next point: nothing is lost."""

    def __init__(self, store: Store | None = None) -> None:
        self._given = store
        self._unsaved: dict[str, Point] = {}
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

    def write(self, point: Point) -> str | None:
        """Store the point; the trouble in one sentence if it can't be, said once until it works."""
        with self._lock:
            self._unsaved[point.key] = point
            try:
                self.store.add_all(self._unsaved.values())
            except StoreError as error:
                message = None if self._is_reported else str(error)
                self._is_reported = True
                return message
            self._unsaved.clear()
            self._is_reported = False
            return None
