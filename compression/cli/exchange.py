"""The commands ``points`` and ``import``: what is known of a model as a file, and others' points beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compression.cli import console
from compression.cli.options import Json, ModelId
from compression.cli.runs import runs
from compression.errors import UsageError
from compression.exchange.incoming import read_file
from compression.exchange.outgoing import as_bytes, format_of
from compression.files import write_named
from compression.models.catalogue import model_card
from compression.store import Store
from compression.store.taking_in import take_in


def add_to(app: typer.Typer) -> None:
    app.command()(points)
    app.command("import")(import_command)
    app.command()(runs)


def points(
    model: ModelId,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="A file that ends in .csv, .json or .parquet.")
    ],
    json: Json = False,
) -> None:
    """Write all known points of a model to a file, with what measures each again."""
    format, card = format_of(output), model_card(model)
    if not output.parent.is_dir():
        raise UsageError(f"The folder {output.parent} doesn't exist: make it, or name another.")
    known = Store.open().known(card.id)
    if not known:
        raise UsageError(f"No points of {card.id} are known: measure some by `run` or `sweep`.")
    content = as_bytes(known, format)
    write_named(output, content)
    fields = {"file": str(output), "format": format, "points": len(known), "bytes": len(content)}
    console.show_fields(fields, json)


def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `points` writes it.")],
    source: Annotated[
        str, typer.Option(help="Who measured; the file's name where nothing is said.")
    ] = "",
    forget: Annotated[
        bool, typer.Option("--forget", help="FILE is a source: forget its points again.")
    ] = False,
    json: Json = False,
) -> None:
    """Show others' points beside ours, marked so: what is measured here or bundled stays as it is."""
    store = Store.open()
    if forget:
        gone = store.imported.forget(str(file))
        if not gone:
            there = ", ".join(each.name for each in store.imported.sources()) or "none"
            raise UsageError(f"No points are kept of {str(file)[:60]!r}: the sources are {there}.")
        console.show_fields({"forgotten": gone}, json)
        return
    found = read_file(file, source)
    result = take_in(store, found.points)
    fields = {
        "rows": found.rows,
        "imported": result.added,
        "known already": result.known,
        "refused": sum(found.refused.values()),
        **({"reasons": dict(found.refused)} if json else found.refused),
    }
    console.show_fields(fields, json)
    if not result.added and not result.known:
        raise typer.Exit(1)
