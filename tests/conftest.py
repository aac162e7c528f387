"""For all tests: a state folder for each process, kinds by folder, and nothing skipped in CI."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# A bare `pytest` on Python 3.14 has loaded the standard library's `compression` by now.
import compression

ROOT = Path(__file__).parents[1]
if (ours := str(ROOT / "compression")) not in compression.__path__:
    compression.__path__.append(ours)

NEVER_SKIPPED_IN_CI = ("browser", "python314")
KINDS = {"browser": ("browser", "alone"), "benchmarks": ("benchmark",), "engine": ("alone",)}
"""The marks of all tests in a folder."""


def pytest_configure(config: pytest.Config) -> None:
    """Before any module of ours is imported: no test reads or writes the user's own state."""
    for name in ("COMPACT_DATABASE", "COMPACT_SCHEDULER", "COMPACT_DATA"):
        os.environ.pop(name, None)
    os.environ["COMPACT_HOME"] = tempfile.mkdtemp(prefix="compact-ai-lab-tests-")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if sys.version_info < (3, 11):
        keep_components_between_app_tests()


def keep_components_between_app_tests() -> None:
    """On Python 3.10 Streamlit is 1.65, whose AppTest forgets components registered at import."""
    from streamlit.components.v2.component_manager import BidiComponentManager as Manager

    shared = Manager()
    Manager.__new__ = lambda cls, *args, **options: shared  # type: ignore[method-assign]
    Manager.__init__ = lambda self, *args, **options: None  # type: ignore[method-assign]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Not in pytest_unconfigure, which the processes of pytest-xdist don't live to see."""
    shutil.rmtree(os.environ["COMPACT_HOME"], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folder says which kind a test is."""
    for item in items:
        for folder, marks in KINDS.items():
            if ROOT / "tests" / folder in item.path.parents:
                for mark in marks:
                    item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skipped browser test is a failure: there, what it needs has been installed."""
    report: Any = yield
    guarded = any(item.get_closest_marker(name) for name in NEVER_SKIPPED_IN_CI)
    if report.skipped and guarded and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
