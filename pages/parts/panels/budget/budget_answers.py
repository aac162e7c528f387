"""What the layer budget asks the workers, part by part, and the measured models that its loss is read off."""

from __future__ import annotations

from typing import Any

import streamlit as st

from compression.engine import Priority
from compression.insight.budget.projection import FEWEST, Known, read_off
from compression.insight.budget.table import Table
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.panels.budget.budget_kinds import Kind, at, chosen, plain
from pages.parts.panels.common.asking import WAIT_SECONDS, poll
from pages.parts.shell.quality_words import lost

AT_A_TIME = 2
"""Parts asked for at once: a knob that moves on leaves no more than these behind."""


def ask_table(recipe: Recipe, kind: Kind, *, settled: bool, said: Any) -> Table | None:
    """The table once every part was pruned alone; meanwhile the last one of this model, or None.

    ``said`` is a place of one line that tells what is awaited or what failed.
    """
    shown: dict[str, Any] = st.session_state.setdefault("_panels", {})
    slot = f"layer-budget {kind.part} {recipe.model}"
    if not settled:
        said.caption("Waiting until these knobs are measured …" if slot in shown else "Measuring …")
        return shown.get(slot)
    parts, alone, error = _ask(recipe, kind)
    if error:
        said.error(error, icon=":material/error:")
        return None
    if parts is None or len(alone) < len(parts["parts"]):
        share = 0.0 if parts is None else len(alone) / max(len(parts["parts"]), 1)
        of = "…" if parts is None else len(parts["parts"])
        said.progress(share, f"Pruning each {kind.part} alone: {len(alone)} of {of} done")
        poll("layer-budget")
        return shown.get(slot)
    shown[slot] = kind.table(parts, alone)
    return shown[slot]


def losses(recipe: Recipe, kind: Kind, table: Table, known: data.Known) -> tuple[Known, ...]:
    """Damage and loss of quality of the known models of this kind, the recipe's own left out."""
    family = plain(recipe, kind)
    found = []
    for point in known.points:
        loss = lost(point, known.original)
        is_of_kind = (
            len(point.recipe.steps) == len(recipe.steps)
            and point.recipe.technique == recipe.technique
            and point.key != recipe.key
            and plain(point.recipe, kind) == family
        )
        if is_of_kind and loss is not None and point.layers:
            choice = chosen(table, point.recipe.steps[-1], point)
            found.append((table.damage(choice), loss))
    return read_off(found)


def measure_anchors(recipe: Recipe, kind: Kind, known: data.Known) -> bool:
    """Have a few models of this kind measured while the user looks; whether some are still awaited."""
    if recipe.is_trained:
        return False
    wanted = [at(recipe, kind, value) for value in kind.anchors]
    missing = [other for other in wanted if other.key not in known.by_key]
    if len(wanted) - len(missing) >= FEWEST:
        return False
    tickets = st.session_state.setdefault("_budget_anchors", {})
    for other in missing:
        if other.key not in tickets:
            tickets[other.key] = data.engine().request(other, priority=Priority.PREFETCH)
    return any(not tickets[other.key].done for other in missing)


def _ask(recipe: Recipe, kind: Kind) -> tuple[Any, list[Any], str]:
    """The parts, the answers there are about single ones, and what failed."""
    asked = {"model": recipe.model, "recipe": plain(recipe.untrained, kind).model_dump()}
    whole = data.engine().ask(f"{kind.part}_parts", asked)
    whole.wait(WAIT_SECONDS)
    if not whole.done or whole.error:
        return None, [], whole.error
    parts = whole.result(0)
    alone, out = [], 0
    for part in parts["parts"]:
        answer = data.engine().ask(f"{kind.part}_alone", {**asked, "part": part["name"]})
        if answer.error:
            return None, [], answer.error
        if answer.done:
            alone.append(answer.value)
            continue
        out += 1
        if out == AT_A_TIME:
            break
    return parts, alone, ""
