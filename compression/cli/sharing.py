"""The commands that hand on what was found: ``publish`` writes a site of static files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compression.cli import console
from compression.cli.options import Json
from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card


def publish(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new one, or one published before.")
    ],
    models: Annotated[
        str, typer.Option(help="Which models, as in digits/mlp,digits/cnn; without it all.")
    ] = "",
    json: Json = False,
) -> None:
    """Write the explorer with all points as static files: no server, for a file share or any web host."""
    from compression.share.site import publish, site
    from compression.store import Store

    chosen = [model_card(name.strip()).id for name in models.split(",") if name.strip()]
    if models and not chosen:
        raise UsageError("--models names none: give ids as listed by `models`, between commas.")
    store = Store.open()
    files = site({model: store.known(model) for model in chosen or MODELS})
    published = publish(folder, files)
    fields = {
        "open": str(published.folder / "index.html"),
        "files": published.files,
        "bytes": published.bytes,
    }
    console.show_fields(fields, json)


def add_to(app: typer.Typer) -> None:
    """All commands of this file."""
    app.command()(publish)
