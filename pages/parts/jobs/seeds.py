"""Several trainings at once, asked for by one button: queued, followed, cancelled; taken up again after a reload."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compression.engine import PointRequest, Priority
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.shell.words import duration

HELD = "_seed_trainings"


def running(recipes: Sequence[Recipe]) -> list[PointRequest]:
    """The trainings of these recipes that are under way or wait for a worker."""
    held: dict[str, PointRequest] = st.session_state.setdefault(HELD, {})
    requests = []
    for recipe in recipes:
        request = held.get(recipe.key)
        if request is None or request.done:
            request = data.engine().join(recipe)
        if request is not None and not request.done:
            held[recipe.key] = request
            requests.append(request)
    return requests


def failure(recipes: Sequence[Recipe]) -> str:
    """What went wrong with one of them in this session; empty if nothing did."""
    held: dict[str, PointRequest] = st.session_state.get(HELD, {})
    errors = (held[r.key].error for r in recipes if r.key in held)
    return next((error for error in errors if error), "")


def train_all(recipes: Sequence[Recipe]) -> None:
    """Queue them behind whatever somebody waits for right now."""
    held: dict[str, PointRequest] = st.session_state.setdefault(HELD, {})
    for recipe in recipes:
        held[recipe.key] = data.engine().request(recipe, priority=Priority.SWEEP)


def progress(requests: Sequence[PointRequest], total: int) -> None:
    """A bar for all of them together, and a way to stop; what is finished stays."""
    latest = [request.progress[-1] for request in requests if request.progress]
    done = total - len(requests)
    share = (done + sum(now.fraction for now in latest)) / max(1, total)
    seconds = [now.seconds_left for now in latest if now.seconds_left is not None]
    left = f", {duration(max(seconds))} left for this one" if seconds else ""
    waits = "" if latest else ", waiting for a free worker"
    bar, button = st.columns([4, 1], vertical_alignment="center")
    bar.progress(min(1.0, share), text=f"{done} of {total} trained{left}{waits}")
    button.button(
        "Cancel", key="cancel-seeds", width="stretch", on_click=_cancel, args=(tuple(requests),)
    )


def _cancel(requests: Sequence[PointRequest]) -> None:
    for request in requests:
        request.cancel()
