"""How the store's database is opened: one on a server, or a file that may be read-only, new, or held by others."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from compression.errors import NotKept, StoreError
from compression.home import database_file
from compression.store import sqlite
from compression.store.tables import make_tables
from compression.store.trouble import refusal, sentence


class Conflict(StoreError):
    """Another process has inserted the same row just now: nothing was written."""


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
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection for reading, each statement on its own; a store that can't be made reads as empty."""
        with self._store_errors():
            engine = self._readable().execution_options(isolation_level="AUTOCOMMIT")
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
        with self._lock:
            if self._engine is None:
                engine = sqlite.opened(self.url) if _is_sqlite(self.url) else _server(self.url)
                make_tables(engine)
                self._engine = engine
            return self._engine

    def _readable(self) -> Engine:
        """The engine; where the disk takes not even a journal, one that only reads. It is not kept: disks recover."""
        try:
            return self._opened()
        except (SQLAlchemyError, OSError) as error:
            if not _is_sqlite(self.url) or refusal(error) is None:
                raise
            return sqlite.without_writing(Path(self.url.database or ""))

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise Conflict(f"The store {self.place} has that row already: read it.") from error
        except (SQLAlchemyError, OSError) as error:
            kind = StoreError if refusal(error) is None else NotKept
            raise kind(sentence(self.place, error)) from error


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
