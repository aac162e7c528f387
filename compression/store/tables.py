"""The store's tables. A point is one row of JSON; its own columns are only what is asked for."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.schema import CreateIndex, CreateTable

TRIES = 10
"""How often tables are made while others make them at the same moment."""

METADATA = MetaData()

POINTS = Table(
    "points",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("model", String(64), nullable=False),
    Column("basis", String(24), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("stage", String(8), nullable=False),
    Column("body", Text, nullable=False),
    Index("points_of_model", "model", "version"),
)
"""``basis`` names the weights and the way of measuring: points on another basis no longer count."""

VERSIONS = Table(
    "versions",
    METADATA,
    Column("model", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
)
"""One counter per model, raised in the transaction that adds points: no reader can miss one."""

SWEEPS = Table(
    "sweeps",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("model", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("owner", String(200), nullable=False),
    Column("beat", Float, nullable=False),
    Column("created", Float, nullable=False),
)
"""``owner`` is the process that runs the sweep; ``beat`` its last sign of life, in seconds."""

SWEEP_NAMES = Table(
    "sweep_names",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("name", String(80), nullable=False),
)
"""What users have called their sweeps. Stores of before have no such table until they are written to."""

AHEAD = Table("measured_ahead", METADATA, Column("key", String(16), primary_key=True))
"""The points that nobody has asked for: `ahead.py`. Stores of before have no such table until they are written to."""

TRIALS = Table(
    "sweep_trials",
    METADATA,
    Column("sweep", String(16), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("batch", Integer, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("thinking_seconds", Float, nullable=False),
    Column("error", Text, nullable=False),
)
"""What searches asked for, in order: `trials.py`. Stores of before have no such table until they are written to."""

BESIDE = Table(
    "beside",
    METADATA,
    Column("key", String(32), primary_key=True),
    Column("model", String(64), nullable=False),
    Column("point", String(16), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("figures", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("beside_of_model", "model", "version"),
)
"""What was found out of points later: `beside.py`. Stores of before have no such table until they are written to."""

IMPORTED = Table(
    "imported",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("model", String(64), nullable=False),
    Column("basis", String(24), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("source", String(120), nullable=False),
    Column("body", Text, nullable=False),
    Index("imported_of_model", "model"),
)
"""Points that somebody else measured: `imported.py`. Stores of before have no such table until they are written to."""

LATER = {SWEEP_NAMES.name, AHEAD.name, TRIALS.name, BESIDE.name, IMPORTED.name}
"""Tables that a store may lack and still be whole."""


def make_tables(engine: Engine) -> None:
    """Make the tables that are missing; another process may be doing the same just now."""
    for left in reversed(range(TRIES)):
        missing = set(METADATA.tables) - set(inspect(engine).get_table_names())
        # PostgreSQL's "if not exists" looks first and makes then: of two at once, one is refused.
        try:
            _create(engine, missing)
            return
        except (IntegrityError, ProgrammingError):
            if not left:  # it isn't the other process: nobody may make tables there
                raise


def is_unfinished(engine: Engine) -> bool:
    """Whether some of our tables are missing, and no other's are there."""
    return set(inspect(engine).get_table_names()) - LATER < set(METADATA.tables) - LATER


def _create(engine: Engine, missing: Collection[str]) -> None:
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            if table.name in missing:
                connection.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    connection.execute(CreateIndex(index, if_not_exists=True))
