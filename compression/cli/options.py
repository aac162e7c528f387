"""Options of the command line that several commands share, or that say much."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
ModelId = Annotated[str, typer.Argument(metavar="MODEL", help="As listed by `models`.")]
Steps = Annotated[
    Optional[list[str]],  # noqa: UP045 - typer reads this annotation on Python 3.10
    typer.Option("--step", help="A technique and its knobs, as in prune:sparsity=0.8; repeatable."),
]
Seed = Annotated[int, typer.Option(help="Seed of everything random.")]
AtMost = Annotated[
    Optional[list[str]],  # noqa: UP045 - typer reads this annotation on Python 3.10
    typer.Option("--max", help="An upper bound, as in latency_ms=0.1; repeatable."),
]
AtLeast = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--min", help="A lower bound, as in accuracy=0.9; repeatable."),
]
SamplerName = Annotated[
    str,
    typer.Option(
        help="grid: every combination of the free knobs; random: some of them; nsga2, tpe and gp search."
    ),
]
Objectives = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        help="A metric that a search makes better; repeatable. Without any, the quality and the size."
    ),
]
Warm = Annotated[
    bool, typer.Option("--warm", help="A search begins with what is known of its space already.")
]
