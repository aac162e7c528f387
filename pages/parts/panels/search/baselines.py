"""What trivial predictors would have known of a search's networks: sizes, and proxies that train nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from compression.point import METRICS, quality_of
from compression.point.goals import judged
from compression.point.rank_correlation import rank_correlation
from compression.recipe import Recipe, shaping
from pages.parts.panels.common.asking import ask
from pages.parts.panels.search.story import Story

TABLES = Path(__file__).parents[4] / "assets" / "search"
SIZES = ("parameters", "macs", "size_bytes")
MOST = 64
"""Architectures that are asked about at once."""


def baselines(story: Story) -> None:
    """A table of rank correlations with the quality on validation, and a button for what has to be computed."""
    measured = [each for each in story.history.evaluations if each.is_measured]
    quality = quality_of(story.sweep.model)
    chooser = METRICS[judged(quality.field)]
    values = [each.value(chooser.field) for each in measured]
    st.caption(
        f"How well each predicts the order of the {chooser.label.lower()}: Spearman's coefficient, with the 95 % "
        "interval of resampled networks. A search that these could replace has found nothing."
    )
    rows = [
        (METRICS[name].label, values, [each.value(name) for each in measured]) for name in SIZES
    ]
    shaped = [shaping(each.recipe) for each in measured]
    architectures = {recipe.key: recipe for recipe in shaped}
    if len(architectures) > 1:
        of_each = [(recipe.key, value) for recipe, value in zip(shaped, values, strict=True)]
        rows += _proxies(story, architectures, of_each)
    else:
        st.caption(
            "No step of this search changes the architecture, so synflow and naswot would say the same of all."
        )
    st.table([_row(*row) for row in rows], hide_index=True)
    _alone(story.sweep.model)


def _proxies(
    story: Story,
    architectures: Mapping[str, Recipe],
    of_each: Sequence[tuple[str, float | None]],
) -> list[tuple[str, list[float | None], list[float | None]]]:
    """Both proxies, once they were asked for; of the first so many architectures that were looked at.

    ``of_each`` gives each network's architecture and quality.
    """
    chosen = list(architectures)[:MOST]
    asked_for = f"_proxies-{story.sweep.key}"
    if not st.session_state.get(asked_for):
        st.button(
            f"Compute synflow and naswot of {len(chosen)} architectures",
            key="search-proxies",
            on_click=lambda: st.session_state.update({asked_for: chosen}),
            help="Each network is built with new weights three times, and trained not at all: about a second each.",
        )
        return []
    kept = [
        (key, recipe) for key, recipe in architectures.items() if key in st.session_state[asked_for]
    ]
    said = st.empty()
    answer = ask(
        "search_proxies",
        {
            "model": story.sweep.model,
            "recipes": [recipe.model_dump(mode="json") for _, recipe in kept],
        },
        slot=f"search-proxies-{story.sweep.key}",
        settled=True,
        said=said,
    )
    if answer is None:
        return []
    scores = {key: each for (key, _), each in zip(kept, answer, strict=True)}
    found = []
    for name in ("synflow", "naswot"):
        pairs = [(value, scores[key][name]) for key, value in of_each if key in scores]
        found.append((name, [value for value, _ in pairs], [score for _, score in pairs]))
    return found


def _row(
    name: str, values: Sequence[float | None], figures: Sequence[float | None]
) -> dict[str, str]:
    told = rank_correlation(figures, values)
    if told is None:
        return {
            "Predictor": name,
            "Spearman": "too few networks, or all alike",
            "n": str(len(values)),
        }
    spread = f"{told.value:.2f} ({told.low:.2f} to {told.high:.2f})"
    return {"Predictor": name, "Spearman": spread, "n": str(told.n)}


def _alone(model: str) -> None:
    """The committed table of trainings of their own, where this model has one."""
    table = stand_alone(model)
    if table is None:
        return
    networks: list[dict[str, Any]] = table["networks"]
    alone = [each["alone_test"] for each in networks]
    st.markdown(
        f"**Against training alone:** {len(networks)} networks were each trained by themselves for "
        f"{table['epochs']:g} epochs, by `{table['command']}`. How well their test accuracy follows:"
    )
    predictors = {
        "this model's weights, shared": "member_validation",
        "Parameters": "parameters",
        "Multiply-adds": "macs",
        "synflow": "synflow",
        "naswot": "naswot",
    }
    st.table(
        [
            _row(name, alone, [each[field] for each in networks])
            for name, field in predictors.items()
        ],
        hide_index=True,
    )


@cache
def stand_alone(model: str) -> dict[str, Any] | None:
    """What `compression/bundling/trained_alone.py` has written for this model."""
    file = TABLES / f"{model}.json"
    if not file.is_file():
        return None
    table: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return table
