"""The ``stage`` command: one stage of a sliced model on this machine, on a device as in an engine's process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Optional

import typer

from compression.cli import console
from compression.errors import UsageError


def stage(
    file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(
            metavar="[FILE]", help="A stage's ONNX file, as `export --format stages` writes it."
        ),
    ] = None,
    listen: Annotated[
        str, typer.Option(help="Where to take work, as tcp://HOST:PORT.")
    ] = "tcp://127.0.0.1:5701",
    next: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Where to send results: the next stage, or whoever asks; repeatable."),
    ] = None,
    threshold: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            min=0.0,
            max=1.0,
            help="With an early exit: what it is surer of than this goes no further.",
        ),
    ] = None,
    answers: Annotated[
        str, typer.Option(help="Where it then tells its own answers: to whoever asks.")
    ] = "",
    key: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="The pipeline's secret, needed beyond this machine."),
    ] = None,
    new_key: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Make a new secret in this file, and nothing else."),
    ] = None,
    memory_mb: Annotated[int, typer.Option(min=0, help="What it may take; 0 is no limit.")] = 0,
    idle: Annotated[
        float, typer.Option(min=0, help="End after so many quiet seconds; 0: never.")
    ] = 0,
) -> None:
    """Run one stage of a sliced model on this device."""
    if new_key is not None:
        _make_key(new_key)
    elif file is None:
        raise UsageError(
            "Name the ONNX file of a stage: python -m compression stage FILE --next ADDRESS."
        )
    else:
        if (threshold is None) != (not answers):
            raise UsageError(
                "An early exit needs both --threshold, and --answers ADDRESS for what it answers: give both or neither."
            )
        _serve(file, listen, next or (), key, memory_mb, idle, threshold, answers)


def _serve(
    file: Path, listen: str, next_: Sequence[str], key: Path | None, memory_mb: int, idle_s: float,
    threshold: float | None, answers: str,
) -> None:  # fmt: skip
    """Serve until stopped, or until nothing has come for ``idle_s``."""
    from compression.deploy.stages.links import read_key
    from compression.deploy.stages.stage import Asked, serve

    if not next_:
        raise UsageError(
            "A stage sends on what it computes: give --next ADDRESS, as in tcp://127.0.0.1:5702."
        )
    asked = Asked(
        file=file, listen=listen, next=tuple(next_), key=read_key(key) if key else None,
        memory_mb=memory_mb, idle_s=idle_s, threshold=threshold, answers=answers,
    )  # fmt: skip

    def ready(address: str, idle_bytes: int) -> None:
        console.say(
            f"Listening on {address}; {idle_bytes / 1e6:.0f} MB before the model was opened."
        )

    serve(asked, ready=ready, say=console.say)


def _make_key(file: Path) -> None:
    """A new secret for the devices of one pipeline."""
    from compression.deploy.stages.links import new_key

    new_key(file)
    console.say(f"Wrote {file}: copy it to each device of the pipeline, and to nobody else.")
