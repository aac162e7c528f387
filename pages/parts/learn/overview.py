"""All lessons, a tile each."""

from __future__ import annotations

import streamlit as st

from pages.parts.shell.page_title import page_title


def overview() -> None:
    page_title("Learn", "Nine questions: guess, then see what was measured.")
