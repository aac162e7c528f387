"""The process that has a sliced model really run for whoever watches.

It is started as ``python -m compression.insight.slicing.run_devices``. A line of JSON on stdin says what to run, later
ones are looks and orders; lines of JSON on stdout tell the state. It ends, with all its devices, when stdin does, when
nobody looks any more, and when nobody has ordered anything for long.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compression.deploy.deployment import Deployment
    from compression.deploy.stages.watched import Watched
    from compression.recipe import Recipe
    from compression.subjects import Subject

UNSEEN_SECONDS = 6.0
IDLE_SECONDS = 120.0
TELL_SECONDS = 0.2
TIMEOUT_SECONDS = 1.5
"""A device that is alive and says nothing for so long is told to be silent."""

EXAMPLES = 32
"""In a batch."""


class Orders:
    """What comes on stdin, by a thread of its own."""

    def __init__(self) -> None:
        self.looked = self.ordered = time.monotonic()
        self.watched: Watched | None = None
        self._is_cut = False

    def read(self) -> None:
        for line in sys.stdin:
            self.looked = time.monotonic()
            order = json.loads(line)
            if order["do"] == "look" or self.watched is None:
                continue
            self.ordered = self.looked
            {"stop": self.watched.stop, "start": self.watched.start}[order["do"]](
                order["device"] - 1
            )
        self._is_cut = True
        if self.watched is None:
            os._exit(0)  # any device's stdin ends with this process, and it with that

    @property
    def over(self) -> str:
        """Why it is time to end, in a sentence; empty as long as it isn't."""
        now = time.monotonic()
        if self._is_cut or now - self.looked > UNSEEN_SECONDS:
            return "It was ended when nobody looked any more."
        if now - self.ordered > IDLE_SECONDS:
            return f"It was ended after {IDLE_SECONDS / 60:g} quiet minutes."
        return ""


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    orders = Orders()
    threading.Thread(target=orders.read, daemon=True).start()
    from compression.errors import LabError

    try:
        _run(asked, orders)
    except LabError as error:
        tell({"state": "ended", "said": str(error)})


def _run(asked: Mapping[str, Any], orders: Orders) -> None:
    from compression.deploy.stages.pipeline import Pipeline
    from compression.deploy.stages.watched import Watched
    from compression.recipe import recipe_from_dict
    from compression.subjects import look_up

    recipe = recipe_from_dict(asked["recipe"])
    subject = look_up(recipe.model)
    deployment = to_run(subject, recipe, asked["kept"])
    devices = deployment.devices or tuple(range(len(deployment.parts)))
    with Pipeline(deployment, timeout_s=TIMEOUT_SECONDS) as pipeline:
        examples = subject.data.validation.inputs[:EXAMPLES]
        watched = orders.watched = Watched(
            pipeline, devices, examples, has_exits=deployment.threshold is not None
        )
        orders.looked = orders.ordered = time.monotonic()
        threading.Thread(target=_tell, args=[watched], daemon=True).start()
        while not (over := orders.over):
            watched.ask()
        tell({"state": "ended", "said": over})
    os._exit(0)  # the thread that reads holds a lock that Python would wait for


def to_run(subject: Subject, recipe: Recipe, kept: str) -> Deployment:
    """What a recipe deploys; of one that trains the file of digest ``kept``, at the recipe's threshold."""
    from dataclasses import replace

    from compression import pipeline
    from compression.deploy.deploy import deploy
    from compression.errors import UsageError

    if not kept:
        return deploy(pipeline.compress(subject, recipe))
    trained = pipeline.kept(kept)
    if trained is None or trained.slicing is None:
        raise UsageError(
            "This model's file is no longer kept on this machine, where the oldest are dropped first: train it again, "
            "or raise COMPACT_ARTIFACT_BYTES."
        )
    threshold = getattr(recipe.steps[-1], "threshold", trained.slicing.threshold)
    if trained.exits:
        trained = replace(trained, slicing=replace(trained.slicing, threshold=threshold))
    return deploy(trained)


def _tell(watched: Watched) -> None:
    while True:
        tell({"state": "running", **watched.state()})
        time.sleep(TELL_SECONDS)


_telling = threading.Lock()


def tell(state: Mapping[str, Any]) -> None:
    with _telling:
        print(json.dumps(state), flush=True)


if __name__ == "__main__":
    main()
