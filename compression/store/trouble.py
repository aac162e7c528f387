"""What a database's failures mean to a user, each in one sentence."""

from __future__ import annotations

from compression.errors import reason_of

DAMAGED = ("not a database", "malformed", "no such", "has no column", "ioerr_short_read")
READ_ONLY = ("readonly", "read-only", "unable to open", "permission denied")
FULL = ("full", "disk i/o", "no space", "too large")
"""Words in what databases say."""


def refusal(error: Exception) -> str | None:
    """Whether the disk takes nothing now, and why: it is ``read-only`` or ``full``."""
    _, low = _reason(error)
    if any(word in low for word in READ_ONLY):
        return "read-only"
    if any(word in low for word in DAMAGED):
        return None
    return "full" if any(word in low for word in FULL) else None


def sentence(place: str, error: Exception) -> str:
    reason, low = _reason(error)
    refused = refusal(error)
    if refused == "read-only":
        return (
            f"The store {place} can't be written: what is in it is shown, new points are not kept; "
            "make it writable, or set COMPACT_HOME to a folder of yours."
        )
    if refused == "full":
        return (
            f"The store {place} could not grow ({reason}), most likely because the disk is full: "
            "free some space and ask again; what was measured before is safe."
        )
    if any(word in low for word in DAMAGED):
        return (
            f"The store {place} is damaged or not ours ({reason}): it was left untouched; move it "
            "away to start a new one, or set COMPACT_DATABASE to another."
        )
    if "locked" in low:
        return f"The store {place} is held by another program: close that one and ask again."
    return f"The store {place} can't be used ({reason}): check it, or set COMPACT_DATABASE."


def _reason(error: Exception) -> tuple[str, str]:
    """What the database said, for people; and all of it in small letters, for us."""
    cause = getattr(error, "orig", None) or error
    reason = reason_of(cause)
    return reason, f"{reason} {getattr(cause, 'sqlite_errorname', '')}".lower()
