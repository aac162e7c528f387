"""All files of the site by name: the page, one script, a script of data for each model, the plots' own parts."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from compression.models.catalogue import model_card
from compression.point import Point
from compression.point.one_clock import on_one_clock
from compression.share.columns import columns, metrics
from compression.share.pages import page
from compression.share.scripts import ASSETS, joined
from compression.share.signs import REFUSED, signs
from compression.share.site.families import families
from compression.share.site.lessons import lesson_files
from compression.share.site.told import terms_told, told
from compression.techniques import TECHNIQUES

MARKER = "compact-ai-lab.json"
"""Names the site's files: what is in the folder besides is not ours."""

KIND = "site"
FIRST = "fashion-mnist/resnet8"
"""Looked at first, where it has points."""

MANY = 1000
"""Points of one model from which the plots need the whole of Plotly, as in `assets/plots/background.js`."""

TERMS = (
    "original", "chain", "bundled", "measured here", "measured elsewhere", "modelled", "Pareto front",
    "perhaps on the front", "points lost", "breaks a limit",
)  # fmt: skip


def site(points: Mapping[str, Sequence[Point]]) -> dict[str, bytes]:
    """The site of these points by model; models without any full point are left out."""
    shown = {model: full for model, known in points.items() if (full := _full(known))}
    files = {
        "index.html": page("site.html", models=_listed(shown)).encode(),
        "README.txt": _README.encode(),
        "lab/site.js": joined("share/explorer.js").encode(),
        "lab/common.js": told("common", _common(shown)),
        **{f"lab/{_data(model)}": told(model, _model(known)) for model, known in shown.items()},
    }
    datasets = {model_card(model).data.id for model in shown}
    for dataset in sorted(datasets):
        if (kept := ASSETS / "examples" / f"{dataset}.json").exists():
            files[f"lab/examples/{dataset}.js"] = told(
                f"examples {dataset}", json.loads(kept.read_text("utf-8"))
            )
    for name in (
        "plots/plots.css",
        "plots/strip.css",
        "plots/presenting.css",
        "plots/decided.css",
        "plots/plotly/plotly-basic.min.js",
        "plots/plotly/LICENSE",
        "share/site.css",
    ):
        files[f"lab/{name}"] = (ASSETS / name).read_bytes()
    if any(len(known) >= MANY for known in shown.values()):
        files["lab/plotly.min.js"] = _whole_plotly()
    files |= lesson_files()
    files[MARKER] = json.dumps({"kind": KIND, "files": sorted([*files, MARKER])}, indent=1).encode()
    return files


def as_zip(files: Mapping[str, bytes]) -> bytes:
    """The same files in one archive, below a folder of their own."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"compact-ai-lab/{name}", content)
    return held.getvalue()


def _full(known: Sequence[Point]) -> list[Point]:
    """Points of the whole test set, the original first, with times on one clock."""
    full = [p for p in known if p.stage == "full" and p.quality is not None]
    original = next((p for p in full if not p.recipe.steps), None)
    order = sorted(on_one_clock(full, original), key=lambda p: (bool(p.recipe.steps), p.key))
    return order if original is not None and len(order) > 1 else []


def _data(model: str) -> str:
    return f"data/{re.sub(r'[^a-z0-9-]+', '-', model.lower())}.js"


def _listed(shown: Mapping[str, Sequence[Point]]) -> list[dict[str, Any]]:
    return [
        {
            "id": model,
            "title": f"{model_card(model).title} on {model_card(model).data.title}",
            "summary": model_card(model).summary,
            "points": len(known),
            "file": _data(model),
            "examples": model_card(model).data.id,
        }
        for model, known in shown.items()
    ]


def _model(points: Sequence[Point]) -> dict[str, Any]:
    card, first = model_card(points[0].recipe.model), points[0]
    made = max(point.created for point in points)
    return {
        **columns(points),
        "families": families(points),
        "count": len(card.data.shown or ()),
        "machine": f"{first.environment.machine}, {first.environment.threads} thread",
        "made": f"{made:%Y-%m-%d}",
    }


def _common(shown: Mapping[str, Sequence[Point]]) -> dict[str, Any]:
    all_signs = {"refused": REFUSED, **signs()}
    terms = terms_told()
    summaries = {
        sign.label: TECHNIQUES[name].summary for name, sign in signs().items() if name in TECHNIQUES
    }
    return {
        "models": _listed(shown),
        "first": FIRST if FIRST in shown else next(iter(shown), ""),
        "metrics": metrics(),
        "signs": {name: asdict(sign) for name, sign in all_signs.items()},
        "hints": {**summaries, **{term: terms[term.lower()] for term in TERMS}},
        "published": f"{datetime.now(timezone.utc):%Y-%m-%d}",
    }


def _whole_plotly() -> bytes:
    spec = find_spec("plotly")
    assert spec is not None and spec.origin is not None
    return (Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes()


_README = """Compact AI Lab: measured trade-offs of compressed neural networks, as static files.

Open index.html in a browser: no server is needed, and nothing is loaded from elsewhere. To put it on the web, copy the
whole folder to any host of static files; all its paths are relative.
"""
