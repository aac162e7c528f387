"""What a worker does: it turns a recipe into a point. Runs in the workers, where torch may be."""

from __future__ import annotations

import importlib
import json
import logging
import os
import socket
from typing import Any

IMPORTS = "COMPACT_WORKER_IMPORTS"
"""Environment variable that names what a worker imports before it takes work."""


def call(asked_by: str, module: str, function: str, *arguments: str) -> Any:
    """Run a function that only the worker imports: the side that asks stays free of torch.

    ``asked_by`` is the asker's fingerprint: who measures by another is refused, lest his points be taken for ours.
    """
    from compression.errors import EngineError

    if asked_by != (own := own_fingerprint()):
        raise EngineError(other_version(socket.gethostname(), own, asked_by))
    return getattr(importlib.import_module(module), function)(*arguments)


def other_version(worker: str, theirs: str, asked_by: str) -> str:
    return (
        f"The worker on {worker} is of another version of this project ({theirs}, here {asked_by}) and would "
        "measure otherwise: install the same version on both sides, and start both anew."
    )


def own_fingerprint() -> str:
    """What this process measures by."""
    from compression.recipe.fingerprint import fingerprint

    return fingerprint()


def measure(recipe_json: str, stage: str) -> str:
    """The point of a recipe as JSON; stage "estimate" for a first answer, "full" for all of it.

    Those who wait for a training are told how far it is.
    """
    from compression import pipeline
    from compression.engine.worker.progress import reporter
    from compression.recipe import Recipe
    from compression.subjects import look_up

    recipe = Recipe.model_validate_json(recipe_json)
    subject = look_up(recipe.model)
    if stage == "estimate":
        point = pipeline.estimate(subject, recipe)
    elif recipe.is_trained:
        point = pipeline.run(subject, recipe, reporter(recipe.key))
    else:
        point = pipeline.run(subject, recipe)
    return point.model_dump_json()


def screen(recipes_json: str, examples: str) -> str:
    """Accuracies of several recipes on the first test examples, as a JSON list."""
    from compression import pipeline
    from compression.recipe import recipe_from_dict
    from compression.subjects import look_up

    recipes = [recipe_from_dict(data) for data in json.loads(recipes_json)]
    return json.dumps(
        [pipeline.screen(look_up(recipe.model), recipe, int(examples)) for recipe in recipes]
    )


def glance(recipes_json: str, examples: str) -> str:
    """Validation accuracy, bytes and multiply-accumulates of several recipes, as a JSON list."""
    from compression.insight.search.glance import glance as look
    from compression.recipe import recipe_from_dict
    from compression.subjects import look_up

    recipes = [recipe_from_dict(data) for data in json.loads(recipes_json)]
    return json.dumps([look(look_up(recipe.model), recipe, int(examples)) for recipe in recipes])


def propose(question: str) -> str:
    """Where a search is to look next, and how long finding that took, as JSON."""
    from compression.recipe import proposals

    return proposals.timed(question)


def ask(question: str, arguments_json: str) -> str:
    """A question's answer as JSON; where the question was wrong, the sentence that says so."""
    from compression import insight
    from compression.errors import LabError

    try:
        return json.dumps({"answer": insight.answer(question, json.loads(arguments_json))})
    except LabError as error:
        return json.dumps({"error": str(error)})


def warm(model_id: str) -> None:
    """Load a model and its data, so that the first request need not wait for them."""
    from compression import pipeline
    from compression.subjects import look_up

    pipeline.warm(look_up(model_id))


def dask_setup(_worker: Any) -> None:
    """Dask calls this once in each worker process: the slow imports happen before work comes."""
    module = os.environ.get(IMPORTS, "")
    try:
        if module:
            importlib.import_module(module)
    except Exception:  # the first task fails for the same reason, and its user is told
        logging.getLogger("distributed.worker").exception("Importing %s failed", module)
