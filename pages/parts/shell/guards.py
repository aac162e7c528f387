"""Guards: limits on what accuracy doesn't tell, found out for many points at once, and what limits removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from compression.engine import Request
from compression.point import METRICS, Point
from compression.point.choosing import chooser_of
from compression.point.metrics import guards
from compression.point.pareto import feasible, front
from pages.parts import data
from pages.parts.form.limits import breaks, typed_limits
from pages.parts.panels.common.asking import poll
from pages.parts.panels.common.judging import about

FIRST = "flips"
"""The guard by which it is seen whether a point's guards were found out."""

MOST = 300
"""Points of one press; those on the front of quality and size come first."""

HELD = "_guards_asked"
POLL_MS = 1000
HELP = (
    "How many answers flipped, what the worst class lost, the calibration error and the likeness to the original: a "
    "second or less for each point, in the background. Accuracy under attack is measured on a technique's page."
)


def choose_guards(model: str, known_points: data.Known) -> dict[str, float]:
    """Number fields for the guards that are known of any point, and a button that finds them out of the others.

    What was not measured of a point doesn't leave it out: a decision for it then needs review.
    """
    known = [metric for metric in guards() if metric.field in known_points.measured]
    with st.expander("Guards", icon=":material/shield:"):
        limits = typed_limits(model, known, key="limit", bind="query-params") if known else {}
        _find_out(model, known_points)
    return limits


def removed_words(
    points: Sequence[Point],
    limits: Mapping[str, float],
    guards: Mapping[str, float] | None = None,
) -> str:
    """How many points each of the limits takes away, empty where none does; a guard only what is known to break it."""
    counts: Counter[str] = Counter()
    gone = 0
    for point in points:
        broken = [name for name, limit in limits.items() if not feasible(point, {name: limit})]
        broken += [name for name, limit in (guards or {}).items() if breaks(point, name, limit)]
        gone += bool(broken)
        for name in broken:
            unknown = " not measured" if point.value(name) is None else ""
            counts[f"{METRICS[name].label.lower()}{unknown}"] += 1
    if not counts:
        return ""
    each = ", ".join(f"{count:,} by {name}" for name, count in counts.most_common())
    return f"Your limits take away {gone:,} of {len(points):,} points: {each}."


def can_be_found_out(points: Sequence[Point]) -> list[Point]:
    """Points whose guards aren't known and need no training: those on the front first."""
    left = [p for p in points if p.stage == "full" and p.value(FIRST) is None]
    makeable = [p for p in left if not p.recipe.is_trained or p.artifact]
    if not makeable:
        return []
    best = {p.key for p in front(points, "size_bytes", chooser_of(points))}
    return sorted(makeable, key=lambda p: (bool(p.recipe.steps), p.key not in best))


def untried(unknown: Sequence[Point], failed: Collection[str]) -> list[Point]:
    """What can be found out; what has ``failed`` comes last, for it may fail again."""
    return sorted(unknown, key=lambda point: point.key in failed)


@st.cache_resource(show_spinner=False, max_entries=16)
def _unknown(model: str, version: str, _points: Sequence[Point]) -> tuple[list[Point], int]:
    """The points whose guards can be found out, and how many have no file to find them out of."""
    trained = sum(p.recipe.is_trained and not p.artifact for p in _points)
    return can_be_found_out(_points), trained


def _find_out(model: str, known: data.Known) -> None:
    asked: dict[str, Request[Any]] = st.session_state.setdefault(HELD, {}).get(model, {})
    done = sum(request.done for request in asked.values())
    if done < len(asked):
        st.progress(done / len(asked), text=f"{done} of {len(asked)} points …")
        poll("guards", POLL_MS)
        return
    failed = {key: request.error for key, request in asked.items() if request.error}
    if failed:
        st.caption(
            f":material/info: {len(failed)} could not be found out: {next(iter(failed.values()))}"
        )
    unknown, trained = _unknown(model, known.version, known.points)
    left = untried(unknown, failed)[:MOST]
    if left:
        st.button(
            f"Find out those of {len(left)} points", key="guards-ask", icon=":material/fact_check:",
            on_click=_ask, args=(model, left), help=HELP,
        )  # fmt: skip
    if trained:
        st.caption(
            f"{trained} trained points have no file here: train them again on their page to know theirs."
        )


def _ask(model: str, points: Sequence[Point]) -> None:
    st.session_state[HELD][model] = {
        p.key: data.engine().ask("guards", about(p.recipe, p)) for p in points
    }
