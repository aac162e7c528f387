"""A point as a model card in Markdown: what it is, all figures with how each was obtained, limits, and the command.

After Mitchell et al., 2019, "Model cards for model reporting", arXiv:1810.03993.
"""

from __future__ import annotations

import shlex

from compression.models.catalogue import model_card
from compression.point.metrics import METRICS
from compression.point.point import Point
from compression.recipe import step_words


def model_card_of(point: Point, original: Point) -> str:
    """The whole card; figures stand beside those of the original."""
    recipe, card = point.recipe, model_card(point.recipe.model)
    classes = ", ".join(card.data.classes)
    rows = "\n".join(_row(name, point, original) for name in METRICS if name in point.measurements)
    run = ["python", "-m", "compression", "run", recipe.model]
    command = [*run, *step_words(recipe.steps), "--seed", str(recipe.seed)]
    return f"""# {card.title} on {card.data.title}: {recipe.describe()}

{card.summary}

- **Answers:** one of {len(card.data.classes)} classes ({classes}).
- **Input:** {" x ".join(map(str, card.data.input_shape))} numbers.
- **Data:** {card.data.title} ({card.data.licence}), {card.data.source}
- **Made by:** {recipe.describe()}, seed {recipe.seed}; key `{point.key}`.

## Figures

| figure | value | 95 % interval | original | how | note |
|---|---|---|---|---|---|
{rows}

Measured on {point.environment.machine}, {point.environment.threads} thread, Python {point.environment.python},
{point.created:%Y-%m-%d}.

## Limits

- Its quality was measured on {_count(point)} test examples of the data set above; on other data it may be another.
- What it answers to an input that is of none of its classes is one of them all the same.
- Classes may lose unequally, and small differences between two models may be chance: the intervals say how small.

## The command that measures it again

    {shlex.join(command)}
"""


def _row(name: str, point: Point, original: Point) -> str:
    metric, m = METRICS[name], point.measurements[name]
    cells = (
        metric.label, point.text(name), metric.interval(m.low, m.high), original.text(name), m.how,
        m.note.replace("|", "/"),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _count(point: Point) -> str:
    counts = [m.n for name, m in point.measurements.items() if METRICS[name].is_quality and m.n]
    return f"{counts[0]:,}" if counts else "the"
