"""SQLite: a file in WAL mode, which may be new, read-only, held by others, or on a full disk."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from compression.files import PRIVATE, make_folder, tighten
from compression.home import home, ready_folder
from compression.store.tables import is_unfinished, make_tables

LOCK_SECONDS = 30
"""How long a writer waits for another process's transaction."""


def opened(url: URL) -> Engine:
    """SQLite in WAL mode; read-only where the file or its folder can't be written."""
    if not url.database or url.database == ":memory:":
        return _in_memory()
    file = Path(url.database).absolute()
    try:
        _make_place(file)
    except OSError:
        return without_writing(file)
    if _writable(file):
        engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS})
        event.listen(engine, "connect", _pragmas)
        return engine
    return without_writing(file)


def without_writing(file: Path) -> Engine:
    """What is in the file, if there is something: a disk may have been full before all tables were made."""
    if file.exists() and file.stat().st_size > 0:
        engine = _read_only(file)
        if not is_unfinished(engine):
            return engine
    return _in_memory(read_only=True)


def _make_place(file: Path) -> None:
    """Folder and file, which in our own folder are the owner's alone; SQLite's journals take after the file."""
    if not file.is_relative_to(home()):
        file.parent.mkdir(parents=True, exist_ok=True)
        return
    ready_folder()
    make_folder(file.parent)
    if os.access(file.parent, os.W_OK):
        os.close(os.open(file, os.O_RDONLY | os.O_CREAT, PRIVATE))
    tighten(file)


def _writable(file: Path) -> bool:
    return os.access(file.parent, os.W_OK) and (not file.exists() or os.access(file, os.W_OK))


def _pragmas(connection: Any, _record: Any) -> None:
    connection.text_factory = _text
    _wal(connection)
    connection.execute("PRAGMA synchronous=FULL")  # a commit survives a power cut, not only a crash


def _wal(connection: Any) -> None:
    """Switch to WAL. Unlike all else in SQLite it doesn't wait while another process holds the new file."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _text(content: bytes) -> str:
    """A row whose text is damaged hides no other: what is in it can't be read as JSON, and is left out."""
    return content.decode("utf-8", "surrogateescape")


def _read_only(file: Path) -> Engine:
    """WAL needs a shared-memory file beside the data; where none can be made, read it immutable."""
    engine = _opened_as(file, "mode=ro")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        return engine
    except DBAPIError:
        return _opened_as(file, "mode=ro&immutable=1")


def _opened_as(file: Path, mode: str) -> Engine:
    address = f"file:{quote(str(file))}?{mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        connection.text_factory = _text
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool)


def _in_memory(*, read_only: bool = False) -> Engine:
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    if read_only:
        make_tables(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
    return engine
