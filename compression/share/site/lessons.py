"""The lessons of the site: a page of their own, drawn by the app's own script from shipped points."""

from __future__ import annotations

from compression.lessons.site import PAGE, SCRIPT, STYLE, site_data
from compression.share.scripts import ASSETS, joined
from compression.share.signs import signs
from compression.share.site.told import terms_told, told


def lesson_files() -> dict[str, bytes]:
    """They tell of the shipped points, whichever models are published."""
    colours = {name: {"light": sign.light, "dark": sign.dark} for name, sign in signs().items()}
    return {
        "lessons.html": PAGE.read_bytes(),
        "lab/lessons.js": joined(SCRIPT).encode(),
        f"lab/{STYLE.as_posix()}": (ASSETS / STYLE).read_bytes(),
        "lab/data/lessons.js": told("lessons", site_data(terms_told(), colours)),
    }
