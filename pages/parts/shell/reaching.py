"""Which known points a page's form leads to: all that a click restores, and those one move of a slider away."""

from __future__ import annotations

from compression.errors import UsageError
from compression.recipe import Recipe, format_step
from compression.techniques.step import Step
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.form.chain import Chain
from pages.parts.plots.messages import Reach
from pages.parts.plots.three_plots import Ahead, position


def can_ask(recipe: Recipe) -> bool:
    """Whether a chain of steps can ask for just this recipe; the original has none."""
    return bool(recipe.steps) and all(step.technique in FACES for step in recipe.steps)


def reach_of(chain: Chain, known: data.Known) -> Reach:
    """For a page whose form shows one step of a chain, while the others stand."""
    others = _others(chain)
    technique = chain.selected.technique
    stand = "\n".join(map(format_step, others or ()))

    def positions() -> dict[str, str]:
        return {
            position(point.recipe.steps[chain.at].model_dump()): point.key
            for point in known.points
            if others is not None and _is_moved(point.recipe, chain, others)
        }

    return Reach(
        page=f"{technique.technique} {chain.at} {chain.seed}\n{stand}",
        hint="Click to open this recipe",
        clickable=lambda: [point.key for point in known.points if can_ask(point.recipe)],
        positions=positions,
    )


def ahead_of(chain: Chain, recipe: Recipe) -> Ahead:
    """What the browser needs to draw a known point before the script has run for it."""
    step = recipe.steps[chain.at]
    return Ahead(
        knobs=step.model_dump(),
        options={knob.name: knob.values for knob in step.knobs() if knob.values},
    )


def _others(chain: Chain) -> tuple[Step, ...] | None:
    try:
        return chain.others
    except UsageError:
        return None


def _is_moved(recipe: Recipe, chain: Chain, others: tuple[Step, ...]) -> bool:
    """Whether it is the chain's recipe but for the knobs in the form."""
    steps, at = recipe.steps, chain.at
    return (
        len(steps) == len(chain.stands)
        and recipe.seed == chain.seed
        and type(steps[at]) is chain.selected.technique
        and (*steps[:at], *steps[at + 1 :]) == others
    )
