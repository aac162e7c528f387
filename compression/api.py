"""The Python API: ``from compression import run, sweep, front, load``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compression.errors import LabError, UsageError, unknown
from compression.files import write_named
from compression.models.catalogue import model_card
from compression.point import Point, Points, pareto
from compression.point.goals import goal_of
from compression.point.model_card import model_card_of
from compression.point.one_clock import on_one_clock
from compression.recipe import Recipe
from compression.store import Store
from compression.techniques.step import Step
from compression.training.progress import Epoch, Progress, ignore

if TYPE_CHECKING:
    from compression.models.compressed import Compressed

OnCount = Callable[[int, int], None]
"""Told how many are done, and of how many."""
FORMATS = ("packed", "onnx", "stages", "c", "card")


def run(
    model: str,
    steps: Sequence[Step | str] = (),
    *,
    seed: int = 0,
    report: Callable[[Progress], None] = ignore,
) -> Point:
    """Measure one recipe on the whole test set, or return the point that was measured before.

    ``steps`` are Steps or texts like ``"prune:sparsity=0.8"``; ``report`` is told how far a training is. Raises
    UsageError if there is no such model, technique, knob or value.
    """
    recipe = Recipe.build(model, steps, seed)
    store = Store.open()
    point = store.get(recipe.key)
    if point is None:
        from compression import pipeline
        from compression.subjects import look_up

        point = pipeline.run(look_up(recipe.model), recipe, report)
        store.keep(point)
    else:
        store.asked_for((recipe.key,))
    return point


def repeat(
    model: str,
    steps: Sequence[Step | str] = (),
    *,
    seeds: Sequence[int] = (0, 1, 2),
    report: Callable[[Progress], None] = ignore,
) -> Points:
    """Measure one recipe with each of several seeds; ``compression.point.spread`` says how far apart they lie."""
    points = [run(model, steps, seed=seed, report=report) for seed in seeds]
    return Points(points, Store.open().original(model))


def sweep(
    model: str,
    steps: Sequence[str],
    *,
    seed: int = 0,
    seeds: Sequence[int] = (),
    points: int | None = None,
    sampler: str = "grid",
    objectives: Sequence[str] = (),
    limits: Mapping[str, float] | None = None,
    warm: bool = False,
    report: OnCount = lambda done, total: None,
    say: Callable[[str], None] = lambda sentence: None,
) -> Points:
    """Measure many recipes on all cores and return their points, in the grid's order or as they were asked for.

    A free knob is a range (``"quantize:bits=2..8"``) or a choice (``"bits=2|4"``). The ``grid`` is every
    combination, and ``points`` limits how many values each range gives; ``random`` draws ``points`` of them. The
    searches ``nsga2``, ``tpe`` and ``gp`` go where the front of their ``objectives`` may grow within the ``limits``
    (``{"size_bytes": 20000}``), by figures of the validation examples; ``warm`` begins with what is known already.
    ``seeds`` measures each recipe with each of them. What is already measured is not measured again.
    """
    from compression.engine import Engine
    from compression.recipe.samplers import is_search
    from compression.recipe.sweep import Sweep

    steers = is_search(sampler) or objectives or limits
    asked = Sweep.parse(
        model, list(steps), points=points, seed=seed, seeds=seeds, sampler=sampler, warm=warm,
        goal=goal_of(model, objectives, limits) if steers else None,
    )  # fmt: skip
    store = Store.open()
    with Engine() as engine:
        try:
            running = engine.start_sweep(asked)
            progress = running.progress
            report(progress.done, progress.total)
            while not progress.finished:
                progress = running.wait(1.0)
                report(progress.done, progress.total)
        except BaseException:
            engine.cancel_sweep(asked.key)  # else the next server would go on with it
            raise
    known = [store.get(recipe.key) for recipe in running.recipes]
    original = store.original(model)
    measured = Points((point for point in known if point is not None), original)
    if progress.state == "failed" or not measured:
        raise LabError(progress.message or "The sweep measured nothing.")
    if progress.message:
        say(progress.message)
    return measured


def screen(
    model: str, steps: Sequence[str], *, examples: int = 2000, points: int | None = None
) -> dict[str, float]:
    """A coarse map: accuracy of a grid on the first ``examples`` of the test set, by recipe key.

    Several times as fast as ``sweep``; nothing of it is stored, for it is no point.
    """
    from compression.engine import Engine
    from compression.recipe.sweep import Sweep

    recipes = Sweep.parse(model, list(steps), points=points).recipes()
    with Engine() as engine:
        accuracies = engine.screen(recipes, examples=examples)
    return {recipe.key: accuracy for recipe, accuracy in zip(recipes, accuracies, strict=True)}


def front(
    model: str,
    *,
    x: str = "size_bytes",
    y: str | None = None,
    limits: Mapping[str, float] | None = None,
) -> Points:
    """The known points of a model that no other known point beats in ``y`` and ``x``, ordered by ``x``.

    ``y`` is the model's quality, by that on validation where it was measured, unless another metric is named; times
    are on one clock, and those that are not certain on no front.
    """
    store, model = Store.open(), model_card(model).id
    original = store.original(model)
    known = on_one_clock(store.known(model), original)
    return Points(pareto.front(known, x, y, limits), original)


def same_clock(points: Sequence[Point]) -> Points:
    """Points of one model with their times on the clock of its original, as the pages show them."""
    if not points:
        return Points()
    store, model = Store.open(), points[0].recipe.model
    original = store.original(model)
    return Points(on_one_clock(points, original, store.known(model)), original)


def load(file: str | Path) -> Compressed:
    """The model in a packed file; its ``module`` gives the measured logits bit for bit, with activations rounded."""
    from compression import artifact
    from compression.models.rounded_activations import rounding

    compressed, _ = artifact.unpack(artifact.read(Path(file)))
    return compressed.with_module(rounding(compressed))


def export(
    model: str,
    steps: Sequence[Step | str],
    file: str | Path,
    *,
    format: str = "packed",
    seed: int = 0,
    say: Callable[[str], None] = print,
) -> int:
    """Write what a recipe's model is in one of ``FORMATS``, and ``say`` what that computes in; its length.

    ``stages`` is a zip of the ONNX files of a sliced model, one for each stage, ``c`` a C header that holds weights
    and program, ``card`` a model card in Markdown.
    """
    if format not in FORMATS:
        raise unknown("format", format, FORMATS)
    recipe = Recipe.build(model, steps, seed)
    if not Path(file).parent.is_dir():
        raise UsageError(f"The folder {Path(file).parent} doesn't exist: make it, or name another.")
    if format == "card":
        card = model_card_of(run(recipe.model, recipe.steps, seed=seed), run(recipe.model))
        content, note = card.encode(), ""
    else:
        from compression.insight.exports import exported

        content, note = exported(format, recipe)
    if note:
        say(note)
    write_named(Path(file), content)
    return len(content)


def verify(file: str | Path) -> Point:
    """Reload a packed file alone and measure it again: accuracy, size and all the rest."""
    from compression import artifact, pipeline
    from compression.subjects import look_up

    data = artifact.read(Path(file))
    compressed, recipe = artifact.unpack(data)
    return pipeline.verify(look_up(recipe.model), recipe, compressed, data)


def train(
    model: str, folder: str | Path, *, seed: int = 0, say: Callable[[str], None] = print
) -> dict[str, object]:
    """Train a model of the zoo from scratch into ``folder``; its figures. The test set is used once."""
    card = model_card(model)
    from compression.models import record
    from compression.models.train import train as train_model

    def report(epoch: Epoch) -> None:
        say(
            f"epoch {epoch.number} of {epoch.of}: loss {epoch.loss:.3f}, "
            f"validation {100 * epoch.validation:.1f} %, {epoch.seconds_left:.0f} s left"
        )

    import datasets

    if not datasets.full_available(card.dataset):
        say(
            "Only the bundled training images are here, so it will be less accurate than ours: "
            f"python -m compression download {card.dataset} fetches the rest."
        )
    result = train_model(model, seed=seed, report=report)
    path = record.save(result, Path(folder))
    return {"weights": str(path), **record.figures(result)}


def download(dataset: str, report: OnCount = lambda done, total: None) -> Path:
    """Fetch the full data set that is bundled in part; where it was put."""
    import datasets

    if dataset not in datasets.DATASETS:
        raise unknown("data set", dataset, datasets.DATASETS)
    return Path(datasets.download(dataset, progress=report))
