"""How the store's database is opened, and what its failures mean to a user."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable

from compression.errors import StoreError
from compression.files import PRIVATE, make_folder, tighten
from compression.home import database_file, home, ready_folder
from compression.store.tables import METADATA

LOCK_SECONDS = 30
"""How long a writer waits for another process's transaction."""

DAMAGED = ("not a database", "malformed", "no such", "has no column", "ioerr_short_read")


def address() -> URL:
    """Where the store is: ``COMPACT_DATABASE`` if set, else an SQLite file in the home folder.

    Put together, not written: in a text, a folder's ``?`` would begin the address's options.
    """
    named = os.environ.get("COMPACT_DATABASE", "").strip()
    return _parsed(named) if named else URL.create("sqlite", database=str(database_file()))


class Database:
    """One opened database: transactions whose failures are StoreErrors in one sentence."""

    def __init__(self, url: str | URL) -> None:
        self.url = _parsed(url) if isinstance(url, str) else url
        self.place = self.url.database or "in memory" if _is_sqlite(self.url) else str(self.url)
        self._engine: Engine | None = None

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection for reading, each statement on its own."""
        with self._store_errors():
            engine = self._opened().execution_options(isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A connection in one transaction: all of it is kept, or nothing."""
        with self._store_errors(), self._opened().begin() as connection:
            yield connection

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _opened(self) -> Engine:
        """The engine, its tables made. What failed is tried again at the next use."""
        if self._engine is None:
            engine = _sqlite(self.url) if _is_sqlite(self.url) else _server(self.url)
            _make_tables(engine)
            self._engine = engine
        return self._engine

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(_sentence(self.place, error)) from error


def _make_tables(engine: Engine) -> None:
    """Make the tables that are missing; another process may be doing the same just now."""
    there = set(inspect(engine).get_table_names())
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            if table.name not in there:
                connection.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    connection.execute(CreateIndex(index, if_not_exists=True))


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise StoreError(
            "COMPACT_DATABASE is not a database address: write one like sqlite:////path/lab.db "
            "or postgresql+psycopg://user@host/name."
        ) from None


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _server(url: URL) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True)
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError(
            f"The database driver for {url.drivername} is missing ({error}): install it, "
            "or unset COMPACT_DATABASE to use SQLite."
        ) from None


def _sqlite(url: URL) -> Engine:
    """SQLite in WAL mode; read-only where the file or its folder can't be written."""
    if not url.database or url.database == ":memory:":
        return _in_memory()
    file = Path(url.database).absolute()
    try:
        _make_place(file)
    except OSError:
        return _read_only(file) if file.exists() else _in_memory(read_only=True)
    if _writable(file):
        engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS})
        event.listen(engine, "connect", _pragmas)
        return engine
    return _read_only(file) if file.exists() else _in_memory(read_only=True)


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
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a commit survives a power cut, not only a crash


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
    return create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, check_same_thread=False),
        poolclass=QueuePool,
    )


def _in_memory(*, read_only: bool = False) -> Engine:
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    if read_only:
        _make_tables(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
    return engine


def _sentence(place: str, error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    reason = str(cause).splitlines()[0].strip()[:160]
    low = f"{reason} {getattr(cause, 'sqlite_errorname', '')}".lower()
    if "readonly" in low or "read-only" in low or "unable to open" in low:
        return (
            f"The store {place} can't be written: what is in it is shown, new points are not kept; "
            "make it writable, or set COMPACT_HOME to a folder of yours."
        )
    if any(word in low for word in DAMAGED):
        return (
            f"The store {place} is damaged or not ours ({reason}): it was left untouched; move it "
            "away to start a new one, or set COMPACT_DATABASE to another."
        )
    if "full" in low or "disk i/o" in low or "no space" in low or "too large" in low:
        return (
            f"The store {place} could not grow ({reason}), most likely because the disk is full: "
            "free some space and ask again; what was measured before is safe."
        )
    if "locked" in low:
        return f"The store {place} is held by another program: close that one and ask again."
    return f"The store {place} can't be used ({reason}): check it, or set COMPACT_DATABASE."
