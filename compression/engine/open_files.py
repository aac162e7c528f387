"""How many files and sockets this process may hold open: raised once, for a server with many visitors."""

from __future__ import annotations

import resource

WANTED = 65_536
"""More than any crowd needs; some systems allow "unlimited", and then walk through all of them at each start."""

LESS = (10_240, 4_096)
"""macOS has a ceiling of its own below an unlimited hard limit, and refuses what is above."""


def raise_limit() -> int:
    """Raise the soft limit of open files as far as the hard one lets it; what it is now. Never lowered.

    Systems start programs with 256 or 1,024: some hundred visitors, each with a socket or two.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (WANTED, *LESS):
        reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft == resource.RLIM_INFINITY or reachable <= soft:
            return soft
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
            return reachable
        except (OSError, ValueError):  # above the system's own ceiling: ask for less
            continue
    return soft
