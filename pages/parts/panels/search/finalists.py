"""The networks on a search's front: chosen on validation, reported on the test set; fine-tuned at a click."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import streamlit as st

from compression.errors import UsageError
from compression.point import METRICS, headline_costs, quality_of
from compression.point.goals import judged
from compression.point.history import Evaluation
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs import seed_sweeps
from pages.parts.jobs.expected import help_on, labelled
from pages.parts.panels.common.asking import poll
from pages.parts.panels.search.story import Story
from pages.parts.shell import words

TUNING = "distill:student=previous,teacher=original,labelled=1,epochs=4"
"""From where the steps have left the weights, on all labelled examples, with the original as teacher."""


def finalists(story: Story, known: data.Known) -> list[Evaluation]:
    """The table and what choosing on validation has flattered; the networks that it lists."""
    front = story.history.front
    if not front:
        st.caption(
            "No network keeps the limits so far." if story.history.goal.limits else "None yet."
        )
        return front
    st.caption(_flattered(story))
    tuned = {each.number: _tuned_point(each, known) for each in front}
    st.dataframe(
        [_row(each, tuned[each.number]) for each in front],
        hide_index=True,
        key="finalists",
        placeholder=words.MISSING,
        column_config={"Recipe": st.column_config.TextColumn(width=RECIPE)},
        row_height=LINES,
        column_order=None
        if any(tuned.values())
        else [name for name in _row(front[0], None) if name != TUNED],
    )
    _fine_tuning(front, known)
    return front


RECIPE, LINES = 190, 66
"""Width of a recipe and height of its row [px]: three lines hold a chain."""

TUNED = "Fine-tuned, test (%)"


def _row(each: Evaluation, tuned: float | None) -> dict[str, Any]:
    quality = quality_of(each.recipe.model)
    chooser = METRICS[judged(quality.field)]
    row: dict[str, Any] = {"No.": each.number, "Recipe": each.recipe.describe()}
    row[f"Validation ({chooser.plain_unit})"] = chooser.rounded(each.value(chooser.field))
    row[f"Test ({quality.plain_unit})"] = quality.rounded(each.value(quality.field))
    row[TUNED] = quality.rounded(tuned)
    for metric in headline_costs():
        row[metric.head] = metric.rounded(each.value(metric.field))
    return row


def _flattered(story: Story) -> str:
    """How much better the chosen ones look on what chose them, beside all others, who were not chosen."""
    front = story.history.front
    quality = quality_of(story.sweep.model)
    chooser = METRICS[judged(quality.field)]
    said = f"{len(front)} network{'' if len(front) == 1 else 's'} on the front, chosen on validation examples alone."
    if chooser is quality or quality.style != "percent":
        return said

    def gap(those: Sequence[Evaluation]) -> float | None:
        pairs = [(e.value(chooser.field), e.value(quality.field)) for e in those]
        known = [100 * (v - t) for v, t in pairs if v is not None and t is not None]
        return fmean(known) if known else None

    chosen, every = gap(front), gap(story.history.evaluations)
    if chosen is None or every is None:
        return said
    return (
        f"{said} On the test set, which had no say, they have {abs(chosen):.1f} points "
        f"{'less' if chosen >= 0 else 'more'} on average; all that were looked at, {abs(every):.1f} "
        f"{'less' if every >= 0 else 'more'}."
    )


def tuned(recipe: Recipe) -> Recipe | None:
    """The recipe with a fine-tuning before its weights are rounded; None where none can be, or it is trained anyway."""
    if recipe.is_trained or not recipe.steps:
        return None
    at = next(
        (n for n, step in enumerate(recipe.steps) if step.technique == "quantize"),
        len(recipe.steps),
    )
    try:
        longer = Recipe.build(
            recipe.model, [*recipe.steps[:at], TUNING, *recipe.steps[at:]], recipe.seed
        )
        longer.require_order()
    except UsageError:
        return None
    return longer


def _tuned_point(each: Evaluation, known: data.Known) -> float | None:
    recipe = tuned(each.recipe)
    point = None if recipe is None else known.by_key.get(recipe.key)
    return None if point is None else point.quality


def _fine_tuning(front: Sequence[Evaluation], known: data.Known) -> None:
    """The button for all of them at once, or how far it is."""
    wanted = [recipe for each in front if (recipe := tuned(each.recipe)) is not None]
    if not wanted:
        st.caption(
            "These can't be fine-tuned: they are trained already, or their last step has to be the last."
        )
        return
    missing = [recipe for recipe in wanted if recipe.key not in known.by_key]
    if failure := seed_sweeps.failure():
        st.error(failure, icon=":material/error:")
    if running := seed_sweeps.running(wanted):
        seed_sweeps.progress(running, len(wanted), len(missing))
        poll("search-tuning", 1000)
    elif missing:
        many = f"the {len(missing)} finalists" if len(missing) > 1 else "the finalist"
        st.button(
            labelled(f"Fine-tune {many}", missing),
            key="tune-finalists",
            icon=":material/model_training:",
            on_click=seed_sweeps.train,
            args=(missing,),
            help="Four passes over all labelled examples, the original as teacher, before anything is rounded."
            + help_on(missing),
        )
