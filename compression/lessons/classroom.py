"""Classes: the guesses of many at once, in this process alone, without names, bounded, and forgotten after hours."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from compression.errors import UsageError, short
from compression.lessons.guesses import Guess, checked
from compression.lessons.lessons import lesson

LETTERS = "BCDFGHJKMNPQRSTVWXZ"
"""Without vowels, so that no code is a word, and without letters that look like others."""
LENGTH = 5
MOST_CLASSES, MOST_GUESSES = 200, 200
HOURS = 4
SECONDS = HOURS * 3600.0


def _draw() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


@dataclass(eq=False)
class _Class:
    opened: float
    guesses: dict[str, dict[str, Guess]] = field(default_factory=dict)
    """By lesson, then by who: a digest of a word that the browser made up."""


@dataclass(eq=False)
class Classroom:
    """All classes that are open; safe to ask from many threads."""

    draw: Callable[[], str] = _draw
    now: Callable[[], float] = time.monotonic
    _open: dict[str, _Class] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def open(self) -> str:
        """A new class's code, which no open one has; UsageError where there are too many."""
        with self._lock:
            self._forget()
            if len(self._open) >= MOST_CLASSES:
                raise UsageError(
                    f"{MOST_CLASSES} classes are open, and more this server doesn't keep: try again in an hour."
                )
            code = self.draw()
            while code in self._open:
                code = self.draw()
            self._open[code] = _Class(self.now())
            return code

    def has(self, code: str) -> bool:
        with self._lock:
            self._forget()
            return code in self._open

    def take(self, code: str, name: str, who: str, given: Any) -> None:
        """Somebody's guess; a second one of the same takes the place of the first. UsageError for what can't be."""
        guess = checked(lesson(name), given)
        if not isinstance(who, str) or not who or len(who) > 100:
            raise UsageError(
                "A guess comes with a word that the browser made up, of 1 to 100 letters."
            )
        mark = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:16]
        with self._lock:
            there = self._class(code).guesses.setdefault(name, {})
            if mark not in there and len(there) >= MOST_GUESSES:
                raise UsageError(
                    f"This class has {MOST_GUESSES} guesses, and takes no more: yours stays with you."
                )
            there[mark] = guess

    def seen(self, code: str, name: str) -> Mapping[str, Any]:
        """How many have guessed, and what; sorted, so that nothing tells who was first."""
        lesson(name)
        with self._lock:
            there = self._class(code).guesses.get(name, {})
            guesses = sorted(there.values(), key=repr)
        return {"count": len(guesses), "guesses": guesses}

    def _class(self, code: str) -> _Class:
        self._forget()
        if code not in self._open:
            raise UsageError(
                f"There is no class {short(code, 12)!r}: codes have {LENGTH} letters and end after {HOURS} "
                "hours; ask for a new one."
            )
        return self._open[code]

    def _forget(self) -> None:
        oldest = self.now() - SECONDS
        for code in [code for code, each in self._open.items() if each.opened < oldest]:
            del self._open[code]


_SHARED = Classroom()


def classroom() -> Classroom:
    """That of this process."""
    return _SHARED
