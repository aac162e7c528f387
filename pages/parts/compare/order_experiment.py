"""The order experiment: a chain's steps in every order that may be, measured at one click and compared as they come."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from compression.compare.figures import verdict
from compression.compare.orders import MOST_STEPS, Order, orders
from compression.point import Point, quality_of
from compression.recipe import Recipe
from pages.parts import data
from pages.parts.jobs import seed_sweeps
from pages.parts.panels.common.asking import poll
from pages.parts.shell import words

POLL_MS = 1_000


def draw_orders(recipe: Recipe, known: data.Known) -> None:
    """Of the picked chain; what is under way is found in the store, so that a reload goes on with it."""
    st.header(
        "Order experiment", help="The same steps with the same knobs, in every order that may be."
    )
    if not 2 <= len(recipe.steps) <= MOST_STEPS:
        st.caption(
            f"Pick a chain of 2 to {MOST_STEPS} steps in the tree: its steps are then measured in every order."
        )
        return
    found = orders(recipe)
    may = [order.recipe for order in found if not order.refusal]
    missing = [each for each in may if each.key not in known.by_key]
    runs = seed_sweeps.running(may)
    st.markdown(sentence(found, known))
    if missing and runs:
        seed_sweeps.progress(runs, len(may), len(missing), done="measured")
        poll("orders", POLL_MS)
    elif missing:
        trained = (
            " It trains, which takes minutes." if any(each.is_trained for each in missing) else ""
        )
        many = len(missing) > 1
        st.button(
            f"Measure the {len(missing)} missing orders" if many else "Measure the missing order",
            key="orders", type="primary", icon=":material/shuffle:", on_click=seed_sweeps.train, args=(missing,),
            help=f"Each is a run of its own, listed on Runs; what is measured stays.{trained}",
        )  # fmt: skip
    if why := seed_sweeps.failure():
        st.error(why, icon=":material/error:")
    st.html(_table(found, known))


def sentence(found: Sequence[Order], known: data.Known) -> str:
    """What the measured orders allow to say."""
    points = [known.by_key[o.recipe.key] for o in found if o.recipe.key in known.by_key]
    refused = sum(bool(order.refusal) for order in found)
    said = f"{_counted(len(found), 'order')}, {len(points)} measured" + (
        f", {refused} not possible." if refused else "."
    )
    if len(points) < 2:
        return said
    metric = quality_of(points[0].recipe.model)
    there = [point for point in points if point.quality is not None]
    if len(there) < 2:
        return said
    best = min(there, key=lambda point: metric.cost(point.quality or 0.0))
    worst = max(there, key=lambda point: metric.cost(point.quality or 0.0))
    told = verdict(metric, worst, best)
    if told == "worse":
        return f"{said} **Order matters:** best is *{_order(best)}*, {words.against(best, worst)} than the worst."
    sizes = [point.value("size_bytes") or 0 for point in there]
    smallest = min(there, key=lambda point: point.value("size_bytes") or 0)
    also = f" Smallest is *{_order(smallest)}*." if min(sizes) < 0.98 * max(sizes) else ""
    return f"{said} **Order makes no difference** in {metric.label.lower()} that the examples can show.{also}"


def _table(found: Sequence[Order], known: data.Known) -> str:
    body = "".join(_row(order, known.by_key.get(order.recipe.key)) for order in found)
    return (
        '<div class="lab-compared" tabindex="0" role="region" aria-label="Orders"><table><thead><tr>'
        '<th scope="col">Order</th><th scope="col">Quality</th><th scope="col">Size</th><th scope="col">Latency</th>'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(order: Order, point: Point | None) -> str:
    head = f'<th scope="row">{escape(order.words)}</th>'
    if order.refusal:
        return f'<tr>{head}<td colspan="3">✗ {escape(order.refusal)}</td></tr>'
    if point is None:
        return f'<tr>{head}<td colspan="3">not measured yet</td></tr>'
    quality = quality_of(point.recipe.model)
    measured = point.measurements.get(quality.field)
    ends = "" if measured is None else quality.interval(measured.low, measured.high)
    cells = (f"{escape(point.text(quality.field))}<small>{escape(ends)}</small>", *(
        escape(point.text(name)) for name in ("size_bytes", "latency_ms")
    ))  # fmt: skip
    return f"<tr>{head}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _order(point: Point) -> str:
    return " → ".join(step.describe() for step in point.recipe.steps)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
