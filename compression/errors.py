"""What can go wrong, in words for the user: each message says what was wrong, what is allowed and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

FEW = 12
"""Names that a sentence can list."""


class LabError(Exception):
    """Something failed that the user can understand; its message is one sentence."""


class UsageError(LabError):
    """The question itself was wrong: an unknown name, a value out of range, a malformed step."""


class ArtifactError(LabError):
    """A packed file is corrupt, truncated or not ours."""


class StoreError(LabError):
    """The store of points can't be read or written."""


class NotKept(StoreError):
    """The store takes nothing now: read-only, or the disk is full. What was measured is an answer all the same."""


class EngineError(LabError):
    """The engine could not start, was lost, or gave up on a task."""


def nearest(given: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names most like what was given, the closest first, whatever their case; all of them where these are few."""
    listed = list(names)
    if len(listed) <= FEW:
        return listed
    by_low = {name.casefold(): name for name in listed}
    return [by_low[low] for low in get_close_matches(given.casefold(), by_low, most, cutoff=0.0)]


def unknown(kind: str, name: object, allowed: Iterable[str]) -> UsageError:
    """The error for a name that stands in no table, with the nearest one that does."""
    names, given = list(allowed), short(name)
    near = get_close_matches(given, names, n=1)
    closest = nearest(given, names)
    if near:
        hint = f"did you mean {near[0]}?"
    elif len(closest) < len(names):
        hint = f"of the {len(names)} there are, closest come {', '.join(closest)}."
    else:
        hint = f"choose one of {', '.join(names)}."
    return UsageError(f"There is no {kind} {given!r}: {hint}")


def reason_of(error: BaseException, length: int = 160) -> str:
    """What an error says first; its kind, where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:length].strip()


def short(given: object, length: int = 80) -> str:
    """The beginning of what was given, be it a text of megabytes or a number that Python refuses to write."""
    try:
        return str(given)[:length]
    except ValueError:
        return "a number of thousands of digits"
