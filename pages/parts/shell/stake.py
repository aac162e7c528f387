"""What is at stake on a page, in one line: what the model does, how large it is, and how well it does it."""

from __future__ import annotations

from html import escape

import streamlit as st

from compression.models.catalogue import ModelCard, model_card
from compression.point import METRICS, Point, quality_of


def draw_stake(model: str, original: Point | None) -> None:
    """The line under a page's title; of one height with figures and without, so that nothing moves."""
    # A caption of Streamlit's would have a contrast below 4.5 : 1.
    st.html(f'<p style="margin:0;opacity:.8">{escape(stake(model_card(model), original))}</p>')


def stake(card: ModelCard, original: Point | None) -> str:
    """``ResNet-8 tells 10 kinds of clothes apart from 28 x 28 pixels; 311 kB, 92.7 % right.``"""
    data = card.data
    seen = f" from {data.seen}" if data.seen else ""
    figures = _figures(original) if original else ""
    task = f"{card.title} tells {len(data.classes)} {data.kinds} apart{seen}"
    return f"{task}; {figures}." if figures else f"{task}."


def _figures(original: Point) -> str:
    size, quality = METRICS["size_bytes"], quality_of(original.recipe.model)
    told = []
    if (value := original.value(size.field)) is not None:
        told.append(size.text(value))
    if original.quality is not None:
        reached = original.text(quality.field)
        is_share = quality.field == "accuracy"
        told.append(f"{reached} right" if is_share else f"{quality.label} {reached}")
    return ", ".join(told)
