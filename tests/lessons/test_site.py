"""Lessons for a static site: all that the script needs, and a script that can be one file."""

from __future__ import annotations

import json
import re
from pathlib import Path

from compression.lessons import LESSONS
from compression.lessons.shipped import shipped
from compression.lessons.site import PAGE, SCRIPT, STYLE, site_data

ASSETS = Path(__file__).parents[2] / "assets"


def test_the_site_has_all_lessons_and_is_plain_json() -> None:
    data = site_data(
        {"knee": "Where it bends."}, {"prune": {"light": "#000000", "dark": "#ffffff"}}
    )
    assert [each["id"] for each in data["lessons"]] == list(LESSONS)
    assert len(json.dumps(data, allow_nan=False)) < 500_000


def test_a_lesson_without_points_is_left_out() -> None:
    data = site_data({}, {}, lambda model: {} if model.endswith("supernet") else shipped(model))
    assert [each["id"] for each in data["lessons"]] == [
        name for name in LESSONS if name != "search"
    ]


def test_the_script_imports_nothing_that_only_a_server_has() -> None:
    """Modules opened as a file are joined to one script, which has no default export and no import of its own."""
    seen, left = set(), [ASSETS / SCRIPT]
    while left:
        file = left.pop().resolve()
        if file in seen:
            continue
        seen.add(file)
        text = file.read_text("utf-8")
        assert "export default" not in text, file
        assert "streamlit" not in text.lower(), file
        left += [
            file.parent / name
            for name in re.findall(r'^import .* from "(.+)";$', text, re.MULTILINE)
        ]
    assert len(seen) > 8
    assert (ASSETS / STYLE).exists()
    assert re.findall(r'src="(.+?)"', PAGE.read_text("utf-8")) == [
        "lab/data/lessons.js",
        "lab/lessons.js",
    ]
