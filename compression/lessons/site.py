"""All lessons as one value, which `assets/learn/site.js` draws in a static site's `lessons.html`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compression.errors import UsageError
from compression.lessons.figures import Known
from compression.lessons.lessons import FOLDER, LESSONS
from compression.lessons.resolve import resolved
from compression.lessons.shipped import shipped

PAGE = FOLDER / "lessons.html"
SCRIPT = "learn/site.js"
"""Below `assets`: the module that everything hangs on."""
STYLE = Path("learn/lesson.css")
"""Where the script looks for its style, beside itself."""


def site_data(
    terms: Mapping[str, str], signs: Mapping[str, Mapping[str, str]], known: Known = shipped
) -> dict[str, Any]:
    """What the script is given: ``terms`` by name in small letters, ``signs`` with a technique's two colours.

    A lesson whose points are not there is left out.
    """
    told = [each for name in LESSONS if (each := _told(name, known)) is not None]
    return {"lessons": told, "terms": dict(terms), "signs": {n: dict(s) for n, s in signs.items()}}


def _told(name: str, known: Known) -> dict[str, Any] | None:
    try:
        return resolved(name, known)
    except UsageError:
        return None
