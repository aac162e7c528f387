"""The pages that have a file of their own, for the navigation's list and for links to them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parents[2]
"""Their whole path: a page that runs alone finds the others too."""


def home() -> st.Page:
    return st.Page(
        PAGES / "start/home.py", title="Home", icon=":material/home:", url_path="home", default=True
    )


def trade_offs() -> st.Page:
    return st.Page(
        PAGES / "decide/trade_offs.py",
        title="Trade-offs",
        icon=":material/balance:",
        url_path="trade-offs",
    )


def deploy() -> st.Page:
    return st.Page(
        PAGES / "decide/deploy.py",
        title="Deploy",
        icon=":material/developer_board:",
        url_path="deploy",
    )


def compare() -> st.Page:
    return st.Page(
        PAGES / "decide/compare.py",
        title="Compare",
        icon=":material/compare_arrows:",
        url_path="compare",
    )


def lineage() -> st.Page:
    return st.Page(
        PAGES / "decide/lineage.py",
        title="Lineage",
        icon=":material/family_history:",
        url_path="lineage",
    )


def runs() -> st.Page:
    return st.Page(
        PAGES / "decide/runs.py", title="Runs", icon=":material/list_alt:", url_path="runs"
    )


def share() -> st.Page:
    return st.Page(
        PAGES / "share/share.py", title="Share", icon=":material/ios_share:", url_path="share"
    )


def present() -> st.Page:
    """Only pages that have something to present lead to it."""
    return st.Page(
        PAGES / "decide/present.py", title="Present", url_path="present", visibility="hidden"
    )


def search() -> st.Page:
    """Of one run: the list of runs and the techniques' panels lead to it."""
    return st.Page(
        PAGES / "decide/search.py", title="Search", url_path="search", visibility="hidden"
    )


def learn() -> st.Page:
    return st.Page(
        PAGES / "learn/learn.py", title="Learn", icon=":material/lightbulb:", url_path="learn"
    )


def lesson() -> st.Page:
    """Of one lesson: the list of lessons leads to it."""
    return st.Page(
        PAGES / "learn/lesson.py", title="Lesson", url_path="lesson", visibility="hidden"
    )
