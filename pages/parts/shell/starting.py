"""What happens while the web server starts, so that the first visitor waits for as little as can be."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from starlette.middleware import Middleware

from compression.engine.early import prepare_early
from pages.parts.shell.ended_sessions import keep_few
from pages.parts.shell.guarding import Guard
from pages.parts.shell.importing import NAVIGATION, PAGES, announce, arriving
from pages.parts.shell.left_pages import answer_no_left_page
from pages.parts.shell.preloading import Preload
from pages.parts.shell.quick_moves import answer_moves_at_once
from pages.parts.shell.sent_together import send_together
from pages.parts.shell.serving import know_own_navigation, send_at_once

ENGINE_AFTER = 3.0
"""Seconds that the cluster leaves both cores to the first page, unless that is drawn earlier.

What it imports beforehand takes one core, which the page leaves free.
"""

SWITCH_SECONDS = 0.0005
"""How long a thread that computes may keep Python to itself while others wait: a tenth of what is usual.

A file is served in a millisecond, but needs Python five times: beside what is imported, or beside others' pages, each
time took up to 5 ms.
"""


def middleware() -> list[Middleware]:
    return [Middleware(Guard), Middleware(Preload)]


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Before the first visitor: the cluster's process imports, sockets are without delay, pages and engine come."""
    prepare_early()
    sys.setswitchinterval(SWITCH_SECONDS)
    send_at_once()
    know_own_navigation()
    answer_no_left_page()
    answer_moves_at_once()
    send_together()
    announce()
    threading.Thread(target=get_ready, name="getting ready", daemon=True).start()
    yield


def get_ready() -> None:
    """Import what pages need while the browser still loads its own part, and start the engine."""
    with arriving(PAGES):
        with arriving(NAVIGATION):
            import_module("pages.parts.shell.navigation")
        from compression import engine

        engine.shared()
        import_module("pages.parts.shell.technique_page")
    start_engine()


def start_engine() -> None:
    """Make room for many visitors; let the engine start behind the first one's page, and go on with sweeps."""
    from compression import engine
    from compression.engine.open_files import raise_limit
    from compression.errors import StoreError

    keep_few(raise_limit())
    engine.shared().start_in_background(after=ENGINE_AFTER)
    try:
        engine.shared().resume_sweeps()
    except StoreError as error:  # the pages will say so too; they can still show bundled points
        logging.getLogger(__name__).warning("Sweeps can't be resumed: %s", error)
