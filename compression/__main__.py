"""The command line: ``python -m compression ...``. Results go to stdout, messages to stderr.

Exit codes: 0 done, 1 it failed, 2 the question was wrong, 3 a decision needs review, 130 it was stopped.
"""

from __future__ import annotations

from compression.cli import interrupt

if __name__ == "__main__":
    interrupt.leave_at_once()  # loading what follows takes a second, in which Ctrl-C may come

# isort: split
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from compression.bundling.command import bundle
from compression.cli import console, exchange, sharing, streams
from compression.cli.decide import decide
from compression.cli.devices import devices, fit_command
from compression.cli.judging import compare, robustness
from compression.cli.options import (
    AtLeast,
    AtMost,
    Json,
    ModelId,
    Objectives,
    SamplerName,
    Seed,
    Steps,
    Warm,
)
from compression.cli.stage import stage
from compression.errors import LabError, UsageError

app = typer.Typer(
    name="compression",
    help="How small can a model get, and what does it cost?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Seeds = Annotated[str, typer.Option(help="Seed of everything random; several as 0..2 or 0|2|5.")]


@app.command()
def models(json: Json = False) -> None:
    """List the models there are."""
    console.show_models(json)


@app.command()
def datasets(json: Json = False) -> None:
    """List the data sets there are."""
    console.show_datasets(json)


@app.command()
def techniques(json: Json = False) -> None:
    """List the techniques with their knobs and ranges."""
    console.show_techniques(json)


@app.command()
def run(model: ModelId, step: Steps = None, seed: Seeds = "0", json: Json = False) -> None:
    """Measure one recipe on the whole test set; with several seeds, how far its points lie apart."""
    from compression import api
    from compression.point.spread import parse_seeds

    seeds = parse_seeds(seed)
    with console.waiting("measuring") as report:
        points = api.same_clock(api.repeat(model, step or (), seeds=seeds, report=report))
    if len(seeds) > 1:
        console.show_seeds(points, json)
    else:
        console.show_point(points[0], json)


@app.command()
def sweep(
    model: ModelId,
    step: Steps = None,
    seed: Seeds = "0",
    sampler: SamplerName = "grid",
    points: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            help="Of a grid, per free knob; without it every step. Of the others, in all."
        ),
    ] = None,
    objective: Objectives = None,
    max: AtMost = None,
    min: AtLeast = None,
    warm: Warm = False,
    json: Json = False,
) -> None:
    """Measure many recipes: free knobs are ranges, as in --step 'quantize:bits=2..8'.

    A search is told figures of the validation examples only; ``front`` then says what it found.
    """
    from compression import api
    from compression.point.spread import parse_seeds

    seeds = parse_seeds(seed)
    said: list[str] = []
    with console.progress("sweeping") as report:
        measured = api.sweep(
            model, step or (), seed=seeds[0], seeds=seeds, sampler=sampler, points=points,
            objectives=objective or (), limits=console.parse_limits(max or [], min or []),
            warm=warm, report=report, say=said.append,
        )  # fmt: skip
    for sentence in said:
        console.say(sentence)
    console.show_points(model, api.same_clock(measured), json)


@app.command()
def front(
    model: ModelId,
    x: Annotated[
        str, typer.Option(help="The metric to trade the model's quality against.")
    ] = "size_bytes",
    max: AtMost = None,
    min: AtLeast = None,
    json: Json = False,
) -> None:
    """Show the best known trade-offs: the points that no other one beats."""
    from compression import api

    limits = console.parse_limits(max or [], min or [])
    console.show_points(model, api.front(model, x=x, limits=limits), json)


@app.command()
def export(
    model: ModelId,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    step: Steps = None,
    seed: Seed = 0,
    format: Annotated[str, typer.Option(help="packed, onnx, stages, c or card.")] = "packed",
    json: Json = False,
) -> None:
    """Write a recipe's model to a file."""
    from compression import api

    notes: list[str] = []
    length = api.export(model, step or (), output, format=format, seed=seed, say=notes.append)
    fields = {"file": str(output), "format": format, "bytes": length}
    console.show_fields(fields | ({"note": notes[0]} if notes else {}), json)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A packed file.")], json: Json = False
) -> None:
    """Reload a packed file alone and measure its accuracy and size again."""
    from compression import api

    with console.waiting("verifying"):
        point = api.verify(file)
    console.show_point(point, json)


@app.command()
def train(
    model: ModelId,
    seed: Seed = 0,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for the weights.", file_okay=False)
    ] = Path("trained"),
    json: Json = False,
) -> None:
    """Train a model of the zoo from scratch, as its committed weights were."""
    from compression import api

    figures = api.train(model, output, seed=seed, say=console.say)
    console.show_fields(figures, json)


app.command()(bundle)


@app.command()
def download(
    dataset: Annotated[str, typer.Argument(help="As listed by `datasets`.")] = "fashion-mnist",
    json: Json = False,
) -> None:
    """Fetch the full training set of a data set that is bundled in part, and check it."""
    from compression import api

    with console.progress("downloading") as report:
        where = api.download(dataset, report)
    console.show_fields({"dataset": dataset, "folder": str(where)}, json)


app.command("fit")(fit_command)
for command in (stage, devices, robustness, compare, decide):
    app.command()(command)
for room in (sharing, exchange):
    room.add_to(app)


@app.command()
def doctor(json: Json = False) -> None:
    """Tell what this machine has, and what each missing piece would give."""
    from compression.cli.doctor import examine

    console.show_findings(examine(), json)


def main() -> None:
    """Run the command line; a failure is one sentence on stderr, never a traceback."""
    from datasets import DatasetError

    streams.make_safe()
    try:
        code = app(standalone_mode=False)
        if code == interrupt.CODE:
            raise KeyboardInterrupt  # which typer has made a number of
        sys.stdout.flush()
    except console.WRONG_COMMAND as error:
        console.refuse(error)
    except UsageError as error:
        console.fail(str(error), code=2)
    except (LabError, DatasetError) as error:
        console.fail(str(error), code=1)
    except (
        BrokenPipeError,
        SystemExit,
    ):  # as after `| head -1`; typer makes the second of the first
        streams.let_go()
    except OSError as error:
        console.fail(f"The system refused: {error}.", code=1)
    except (KeyboardInterrupt, typer.Abort):
        console.fail(interrupt.STOPPED, code=interrupt.CODE)
    else:
        sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    interrupt.stop_in_order()
    try:
        main()
    finally:
        interrupt.ignore()
