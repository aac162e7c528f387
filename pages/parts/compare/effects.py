"""Chain effects: what the single steps predict of each chain, beside what was measured, as a picture and a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from compression.compare.chains import RULE, ChainEffect, Interaction
from compression.compare.jump import times
from compression.point import Metric, quality_of
from pages.parts.plots.inline_svg import inline_svg
from pages.parts.shell import words
from pages.parts.shell.quality_words import plain

SHOWN = 12
SIGNS: dict[Interaction, str] = {
    "adds up": "≈",
    "hurts more": "▼",
    "hurts less": "▲",
    "unsure": "?",
}
SIDE, LEFT, BOTTOM, PAD = 300, 46, 40, 12
ACCENT = "light-dark(#5b3fd6,#a491ff)"


def draw_effects(effects: Sequence[ChainEffect]) -> None:
    st.header("Chain effects", help=RULE)
    if not effects:
        st.caption(
            "No chain of this model has all its steps measured alone: measure them, and what the chain does beyond "
            "them is told here."
        )
        return
    st.markdown(sentence(effects))
    picture, table = st.columns([2, 3], gap="medium")
    with picture:
        inline_svg(effects_picture(effects), key="effects")
    with table:
        st.html(_table(effects[:SHOWN]))
        if len(effects) > SHOWN:
            with st.expander(f"{len(effects) - SHOWN} more chains"):
                st.html(_table(effects[SHOWN:]))


def sentence(effects: Sequence[ChainEffect]) -> str:
    """How many do as predicted, and the one that departs most."""
    level = sum(effect.interaction == "adds up" for effect in effects)
    said = f"**{level} of {len(effects)} chains** lose what their single steps predict, within the error."
    worst = effects[0]
    if worst.interaction in ("hurts more", "hurts less"):
        way = "more" if worst.beyond > 0 else "less"
        said += f" Furthest off: *{words.named(worst.point.recipe)}* loses {_beyond(worst)} {way} than predicted."
    apart = [effect for effect in effects if effect.size > 1.05 * effect.predicted_size]
    if apart:
        said += f" {len(apart)} are larger than predicted: what one step saves, another can't save again."
    return said


def effects_picture(effects: Sequence[ChainEffect]) -> str:
    """Measured over predicted loss: on the line a chain does what its steps do alone."""
    values = [100 * value for e in effects for value in (e.loss, e.predicted_loss)]
    low, high = min(0.0, *values), max(0.5, *values)
    room = 0.06 * (high - low)
    low, high = low - room, high + room
    inner = SIDE - LEFT - PAD

    def x(value: float) -> float:
        return LEFT + inner * (value - low) / (high - low)

    def y(value: float) -> float:
        return PAD + inner * (high - value) / (high - low)

    step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if (high - low) / s <= 6)
    ticks = [n * step for n in range(int(low / step), int(high / step) + 1)]
    base = SIDE - PAD - (SIDE - PAD - inner - PAD)
    parts = [
        f'<path d="M{x(low):.1f},{y(low):.1f}L{x(high):.1f},{y(high):.1f}" stroke="currentColor" opacity=".5" '
        'stroke-dasharray="4 4"/>',
        f'<path d="M{LEFT},{PAD}V{base}H{SIDE - PAD}" fill="none" stroke="currentColor" opacity=".35"/>',
    ]
    for tick in ticks:
        text = f"{tick:g}".replace("-", "−")
        parts.append(
            f'<text x="{x(tick):.1f}" y="{base + 15}" text-anchor="middle" opacity=".85">{text}</text>'
        )
        parts.append(
            f'<text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end" opacity=".85">{text}</text>'
        )
    for effect in effects:
        at, up = x(100 * effect.predicted_loss), 100 * effect.loss
        if effect.spread is not None:
            ends = (y(min(high, up + 100 * effect.spread)), y(max(low, up - 100 * effect.spread)))
            parts.append(
                f'<path d="M{at:.1f},{ends[0]:.1f}V{ends[1]:.1f}" stroke="{ACCENT}" opacity=".45"/>'
            )
        fill = "none" if effect.interaction == "adds up" else ACCENT
        parts.append(
            f'<circle cx="{at:.1f}" cy="{y(up):.1f}" r="4.5" fill="{fill}" stroke="{ACCENT}" stroke-width="1.6">'
            f"<title>{escape(words.named(effect.point.recipe))}: {effect.interaction}</title></circle>"
        )
    parts.append(
        f'<text x="{SIDE - PAD}" y="{base + 32}" text-anchor="end">predicted points lost</text>'
    )
    parts.append(f'<text x="{LEFT + 6}" y="{PAD + 10}">measured points lost</text>')
    return (
        f'<div class="lab-picture lab-square"><svg viewBox="0 0 {SIDE} {base + BOTTOM}" role="img" font-size="11.5" '
        f'fill="currentColor" font-family="inherit" aria-label="Measured over predicted points lost of {len(effects)} '
        f'chains; filled where they differ beyond the error">{"".join(parts)}</svg></div>'
    )


def _table(effects: Sequence[ChainEffect]) -> str:
    metric = quality_of(effects[0].point.recipe.model)
    lost = "Points lost" if metric.style == "percent" else f"{metric.label}, lost"
    heads = ("Chain", escape(lost), "Predicted", "Beyond", "Size", "Predicted")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "".join(_row(effect, quality_of(effect.point.recipe.model)) for effect in effects)
    return (
        '<div class="lab-compared" tabindex="0" role="region" aria-label="Chains, predicted and measured"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(effect: ChainEffect, metric: Metric) -> str:
    factor = 100 if metric.style == "percent" else 1
    spread = None if effect.spread is None else factor * effect.spread
    cells = (
        plain(factor * effect.loss), plain(factor * effect.predicted_loss),
        f"{plain(factor * effect.beyond, '+', spread)}<small>{SIGNS[effect.interaction]} {effect.interaction}</small>",
        times(effect.size), times(effect.predicted_size),
    )  # fmt: skip
    named = escape(words.named(effect.point.recipe))
    return f'<tr><th scope="row">{named}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _beyond(effect: ChainEffect) -> str:
    metric = quality_of(effect.point.recipe.model)
    if metric.style != "percent":
        return metric.text(abs(effect.beyond))
    spread = None if effect.spread is None else 100 * effect.spread
    return f"{plain(100 * abs(effect.beyond), spread=spread)} points"
