"""What the graphs of bundled points do that were measured before points kept it, for ``assets/points/work.json``.

python -m compression.bundling.works
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from compression import files, pipeline
from compression.deploy.deploy import deploy
from compression.measure.work import work_text
from compression.models import untrained
from compression.models.catalogue import MODELS
from compression.models.compressed import Compressed
from compression.point import Point
from compression.store import bundled
from compression.subjects import Subject, look_up


def works_of(model: str, points: Iterable[Point]) -> dict[str, str]:
    """By graph, what it does; of what is cut for several devices nothing."""
    subject, found = look_up(model), {}
    by_graph: dict[str, list[Point]] = {}
    for point in points:
        if not point.work and all(step.technique != "slice" for step in point.recipe.steps):
            by_graph.setdefault(point.graph, []).append(point)
    for graph, alike in by_graph.items():
        plain = [point for point in alike if not point.recipe.is_trained]
        found[graph] = _work(subject, (plain or alike)[0])
    return {graph: text for graph, text in found.items() if text}


def _work(subject: Subject, point: Point) -> str:
    """Training changes no graph, so that it is left out; a student stands for itself untrained."""
    recipe = point.recipe
    students = [str(getattr(step, "student", "")) for step in recipe.steps]
    if students and students[0] and len(recipe.steps) == 1:
        network = untrained(subject.card, students[0]).eval()
        made = Compressed(subject.card, network, student=students[0]).folded
    else:
        made = pipeline.compress(subject, recipe.untrained if recipe.is_trained else recipe)
    return work_text(deploy(made))


def main(models: Iterable[str]) -> None:
    known = json.loads(bundled.WORK.read_text("utf-8")) if bundled.WORK.exists() else {}
    for model in models:
        there = bundled.points(model).values()
        known |= works_of(model, there)
        print(model, len(known), flush=True)
        rows = ",\n".join(f"{json.dumps(g)}: {json.dumps(t)}" for g, t in sorted(known.items()))
        files.write(bundled.WORK, f"{{\n{rows}\n}}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1:] or MODELS)
