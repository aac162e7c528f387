"""The commands that hand on what was found: ``memo`` writes a decision down, ``publish`` a site of static files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from compression.cli import console
from compression.cli.options import AtLeast, AtMost, Json
from compression.errors import LabError, UsageError
from compression.models.catalogue import MODELS, model_card
from compression.point import METRICS

Guards = Annotated[
    Optional[list[str]],  # noqa: UP045 - typer reads this annotation on Python 3.10
    typer.Option("--guard", help="What must not suffer, as in worst_class_drop=0.05; repeatable."),
]


def memo(
    model: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="MODEL", help="As listed by `models`."),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("-o", "--output", help="A file that ends in .html, .pptx or .md."),
    ] = None,
    lose: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(help="Points of quality that may be lost; 1 where nothing else is asked."),
    ] = None,
    max: AtMost = None,
    min: AtLeast = None,
    guard: Guards = None,
    device: Annotated[str, typer.Option(help="It must fit there; as listed by `devices`.")] = "",
    axis: Annotated[str, typer.Option(help="The cost that counts.")] = "size_bytes",
    open: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--open", help="A memo: ask its question again, and tell its link."),
    ] = None,
    json: Json = False,
) -> None:
    """Decide, and write the decision down: claim, front, choice, guards and risks, the others, method.

    The file carries its question; ``--open`` asks it again.
    """
    if open is not None:
        _reopen(open, json)
        return
    if model is None or output is None:
        raise UsageError(
            "A memo is of a model and goes into a file: memo MODEL -o memo.html, or memo --open FILE."
        )
    from compression.decide import Question
    from compression.files import write_named
    from compression.share.memo import format_of, written
    from compression.share.memo.known import memo_from
    from compression.store import Store

    ending = format_of(output)
    limits = console.parse_limits(max or [], min or [])
    question = Question(
        model_card(model).id, lose=lose, limits=limits, guards=_bounds(guard or []),
        device=device or None, axis=axis,
    )  # fmt: skip
    made = memo_from(Store.open(), question)
    content = written(made, ending)
    write_named(output, content)
    fields: dict[str, Any] = {"decision": made.decision.claim, "verdict": made.decision.verdict,
                              "file": str(output), "bytes": len(content)}  # fmt: skip
    console.show_fields(fields, json)


def _reopen(file: Path, json: bool) -> None:
    from compression.share.link import link_of
    from compression.share.memo.carried import LARGEST, carried_in
    from compression.share.memo.known import reopened
    from compression.store import Store

    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise LabError(f"{file} can't be read ({error.strerror}): name a memo's file.") from error
    found = reopened(Store.open(), carried_in(content))
    choice = found.now.choice
    fields = {"decision": found.now.claim, "verdict": found.now.verdict, "since then": found.said,
              "key": choice.key if choice else "", "command": found.question.command,
              "link": link_of(found.question)}  # fmt: skip
    console.show_fields(fields, json)


def _bounds(texts: Sequence[str]) -> dict[str, float]:
    """Guards like ``flips=0.05``, each on its metric's worse side."""
    lower = [text for text in texts if _is_lower(text)]
    return console.parse_limits(lower, [text for text in texts if text not in lower])


def _is_lower(text: str) -> bool:
    metric = METRICS.get(text.partition("=")[0].strip())
    if metric is None:
        raise UsageError(f"--guard {text[:60]!r} can't be: guard one of {', '.join(METRICS)}.")
    return metric.better == "lower"


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


def mlflow_log(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="As listed by `models`.")],
    uri: Annotated[
        str, typer.Option(help="A server's address, or a data base as in sqlite:///mlflow.db.")
    ],
    json: Json = False,
) -> None:
    """Log a model's points as runs of MLflow, if that is installed; what was logged before is left."""
    from compression.share.mlflow_log import log_points
    from compression.store import Store

    known = Store.open().known(model_card(model).id)
    console.show_fields({"points": len(known), "new runs": log_points(known, uri)}, json)


def add_to(app: typer.Typer) -> None:
    """All commands of this file."""
    app.command()(memo)
    app.command()(publish)
    app.command("mlflow")(mlflow_log)
