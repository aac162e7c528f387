"""The commands ``robustness`` and ``compare``: what a recipe costs beside accuracy. Answers are kept beside points."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from compression.cli import console
from compression.cli.options import Json, ModelId, Seed, Steps
from compression.errors import NotKept, UsageError
from compression.recipe import Recipe


def robustness(
    model: ModelId,
    step: Steps = None,
    attack: Annotated[str, typer.Option(help="fgsm or pgd.")] = "pgd",
    epsilon: Annotated[
        float, typer.Option(help="How far each pixel may move, as a share of black to white.")
    ] = 0.03,
    examples: Annotated[
        int, typer.Option(help="Of the test set, or all where it has fewer.")
    ] = 1000,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Attack a recipe's model and its original; of signals, see how they bear a bad sensor."""
    recipe = Recipe.build(model, step or (), seed)
    asked = {"attack": attack, "epsilon": epsilon, "examples": examples}
    with console.waiting("attacking"):
        answer = answered("robustness", recipe, asked)
    if json:
        console.show_fields(_document(recipe, answer), True)
        return
    rows = {"original": answer["original"], recipe.describe(): answer["compressed"]}
    fields = {
        f"{name}, {kind}": _percent(found)
        for name, kinds in rows.items()
        for kind, found in kinds.items()
        if found is not None
    }
    console.say(f"{answer['attack']}, epsilon {epsilon:g}, {answer['examples']:,} test examples")
    console.show_fields(fields, False)
    if answer["note"]:
        console.say(answer["note"])


def compare(
    model: ModelId,
    step: Steps = None,
    with_: Annotated[
        str,
        typer.Option("--with", help="Another recipe in place of the original: '--step prune'."),
    ] = "",
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """What changed: answers that flipped, classes, calibration, and how alike the layers see (CKA)."""
    recipe = Recipe.build(model, step or (), seed)
    asked = {}
    if with_:
        asked["beside"] = Recipe.build(model, _steps_in(with_), seed).model_dump(mode="json")
    with console.waiting("comparing"):
        answer = answered("changes", recipe, asked)
    if json:
        flips = [
            {k: v for k, v in row.items() if k not in ("image", "lines")} for row in answer["flips"]
        ]
        console.show_fields(_document(recipe, {**answer, "flips": flips}), True)
        return
    console.show_fields(_in_words(answer), False)


def answered(question: str, recipe: Recipe, asked: Mapping[str, Any]) -> Any:
    """The answer, kept before or worked out here; a trained model is made from its packed file."""
    from compression import insight
    from compression.store import Store

    store = Store.open()
    arguments = {"model": recipe.model, "recipe": recipe.model_dump(mode="json"), **asked}
    if (kept := store.beside.find(question, arguments)) is not None:
        return kept
    point = store.get(recipe.key)
    file = {"kept": point.artifact} if point is not None and point.artifact else {}
    answer = insight.answer(question, {**arguments, **file})
    try:
        store.beside.keep(question, arguments, answer)
    except NotKept as error:
        console.say(str(error))
    return answer


def _steps_in(text: str) -> Sequence[str]:
    """The steps in ``--step prune --step quantize:bits=4``."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = [""]
    if len(words) % 2 or any(word != "--step" for word in words[::2]):
        raise UsageError(
            f"--with {text[:60]!r} can't be: write another recipe's steps, as in --with '--step prune:sparsity=0.8'."
        )
    return words[1::2]


def _document(recipe: Recipe, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": recipe.key, "recipe": recipe.model_dump(mode="json"), **answer}


def _in_words(answer: Mapping[str, Any]) -> dict[str, str]:
    flipped, certainty = answer["flipped"], answer["certainty"]
    classes = {
        f"class {name}": f"{_points(row['change'])} ({_points(row['low'])} to {_points(row['high'])})"
        for name, row in zip(answer["classes"], answer["by_class"], strict=True)
        if row["counted"]
    }
    layers = {
        f"likeness of {row['name']}": f"{row['cka']:.3f}, effective rank {row['rank']['before']:.0f} to "
        f"{row['rank']['after']:.0f}"
        for row in answer["layers"]
    }
    mended = certainty["mended"]
    return {
        "flipped": f"{_percent(flipped)} of {answer['counted']:,} ({answer['lost']} lost, {answer['won']} won)",
        **classes,
        "calibration error": f"{100 * certainty['compressed']['ece']:.1f} %, before "
        f"{100 * certainty['original']['ece']:.1f} %; {100 * mended['ece']:.1f} % at temperature "
        f"{mended['temperature']:.2f}",
        **layers,
        "logit distance": f"{100 * answer['logit_distance']:.0f} % of their size",
    }


def _percent(found: Mapping[str, float]) -> str:
    return f"{100 * found['value']:.1f} % ({100 * found['low']:.1f} to {100 * found['high']:.1f} %)"


def _points(change: float) -> str:
    return f"{100 * change:+.1f}"
