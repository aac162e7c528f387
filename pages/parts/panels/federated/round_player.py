"""The clients as cards, and the rounds of their training played step by step: send, train, return, average."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import streamlit as st

from compression.point import METRICS
from pages.parts.shell.serving import asset_url

KEY = "federated-clients-played"
HINT = "What each client has. Train this setting to see its rounds played step by step."
WHO = ("taking_part", "dropped", "late", "rejected")

_component = st.components.v2.component(
    "compact_ai_lab_federated",
    js="export default async (c) => (await import(new URL(c.data.code, document.baseURI))).default(c)",
    isolate_styles=False,
)


def play(clients: Mapping[str, Any], history: Mapping[str, Any] | None, training: str) -> None:
    """Draw what ``federated_clients`` says, and the rounds of ``federated_rounds`` where there are any.

    ``training`` names it: as it grows, the watcher stays at the moment that is shown.
    """
    drawn = {"training": training, **drawing(clients, history)}
    version = sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()[:16]
    _component(
        key=KEY,
        data={"code": asset_url("panels/federated/federated.js"), "version": version, **drawn},
    )


def drawing(clients: Mapping[str, Any], history: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the browser needs."""
    return {
        **{name: clients[name] for name in ("names", "classes", "counts")},
        "hint": HINT,
        "started": 0.0 if history is None else history["started"],
        "rounds": []
        if history is None
        else [
            _told(each, seen)
            for each, seen in zip(history["rounds"], history["clients"], strict=True)
        ],
    }


def _told(played: Mapping[str, Any], seen: list[float]) -> dict[str, Any]:
    losses = played["losses"]
    size = METRICS["bytes_sent"].text
    return {
        "validation": played["validation"],
        "clients": seen,
        "up": size(played["bytes_up"]),
        "down": size(played["bytes_down"]),
        "loss": sum(losses) / len(losses) if losses else None,
        **{name: list(played[name]) for name in WHO},
    }
