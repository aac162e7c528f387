"""The ``bundle`` command: the points that ship with the project, measured by whoever keeps it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Optional

import typer

from compression.cli import console
from compression.errors import UsageError


def bundle(
    model: Annotated[Optional[list[str]], typer.Argument(metavar="[MODEL]...")] = None,  # noqa: UP045
    times: Annotated[
        bool, typer.Option("--times", help="Only their times, on a quiet machine.")
    ] = False,
    missing: Annotated[
        bool,
        typer.Option("--missing", help="Only what does not ship yet; the rest stays as it is."),
    ] = False,
    only: Annotated[
        str,
        typer.Option(
            "--only",
            metavar="TEXT",
            help="Of what is missing, only recipes whose steps hold this text, as method=qat.",
        ),
    ] = "",
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document on stdout.")
    ] = False,
) -> None:
    """Measure the points that ship with the project, for all models or those named."""
    from compression.bundling.bundle import bundle as bundle_all
    from compression.bundling.bundle import bundle_times
    from compression.bundling.missing import bundle_missing
    from compression.models.catalogue import MODELS

    if missing and times:
        raise UsageError("--times measures what ships, --missing what does not: give one of them.")
    if only and not missing:
        raise UsageError("--only chooses among what is missing: give --missing, too.")
    some = partial(bundle_missing, only=only)
    measure = some if missing else bundle_times if times else bundle_all

    files = {}
    for name in model or MODELS:
        with console.progress(name) as report:
            files[name] = str(measure(name, report))
    console.show_fields(files, json)
