"""What is imported while the web server starts, and by whom: one thread alone.

Packages such as NumPy import themselves in a circle. Two threads that enter such a circle at two places each get half
of it, one of them fails, and what is left of the package stays broken for as long as the process lives. So a script
waits until that has been imported which it would import itself, and takes no longer for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

NAVIGATION, PAGES = Event(), Event()
"""Set unless somebody is to import, or imports, what the navigation needs, or what pages need besides."""

NAVIGATION.set()
PAGES.set()


def announce() -> None:
    """Whoever asks waits from now on; to be called before the thread starts that imports."""
    NAVIGATION.clear()
    PAGES.clear()


@contextmanager
def arriving(there: Event) -> Iterator[None]:
    """Lets those who wait go on when the block ends, even if it fails: then they import, and fail, themselves."""
    try:
        yield
    finally:
        there.set()
