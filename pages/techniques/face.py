"""A technique's face: all that pages know of it. One file a technique; `pages/parts/faces.py` lists them.

What needs the pages' own parts is named as ``module:function``, and imported when it is first drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compression.techniques.step import Step

TEXTS = Path(__file__).parents[2] / "assets" / "explain"


@dataclass(frozen=True)
class Sign:
    """How points of one technique are drawn; ``symbol`` is a Plotly marker name.

    Two colours, so that it keeps 3 : 1 contrast on both themes' backgrounds.
    """

    label: str
    symbol: str
    light: str
    dark: str


@dataclass(frozen=True)
class Presets:
    """Well-known settings of several knobs at once: chips drawn above the knob ``before`` while it is visible."""

    before: str
    label: str
    help: str
    chips: Mapping[str, Mapping[str, Any]]

    def current(self, stand: Mapping[str, Any]) -> str | None:
        """The chip that says where the knobs stand, if one does."""
        return next(
            (name for name, wanted in self.chips.items() if wanted.items() <= stand.items()), None
        )


EVERYWHERE = {
    "What it buys": "pages.parts.panels.advantages.buys:buys",
    "What changed": "pages.parts.panels.representation.changed:changed",
    "Robustness": "pages.parts.panels.robustness.robustness:robustness",
    "Search": "pages.parts.panels.search.panel:search_panel",
}
"""The sections of every technique's page, after its own: they look at what the whole recipe makes, trained or not."""


@dataclass(frozen=True)
class Face:
    """All that pages know of one technique, besides what its step says of itself."""

    step: type[Step]
    address: str
    """The last part of its page's address. Links name it: it never changes."""
    icon: str
    """The name of a Material symbol, for the navigation."""
    sign: Sign
    cost: str = "size_bytes"
    """The metric that it saves most of, which its tile on the home page is drawn over."""
    axes: tuple[str, str, str] | None = None
    """The metrics that its page's plots show until others are chosen; None: the first costs of the cards."""
    picture: str = ""
    """What always stands below the plots, above the sections: a function like `Panel` of `parts/panels`."""
    panels: Mapping[str, str] = field(default_factory=dict)
    """Its own sections below the plots: by their names, functions like `Panel` of `parts/panels`."""
    choosers: Mapping[str, str] = field(default_factory=dict)
    """Widgets for knobs whose values depend on the model: by knob, functions of the model's id."""
    presets: Presets | None = None
    lineage: str = ""
    """What its models come from, if not from the page's one: a function like `from_model` in `parts/shell/lineage`."""
    promise: str = ""
    """Words on a new network before it is trained: a function of the recipe."""
    doubt: str = ""
    """Why training it may not be worth while, empty if nothing says so: a function of recipe and known points."""

    @property
    def name(self) -> str:
        return self.step.technique

    @property
    def all_panels(self) -> Mapping[str, str]:
        """Its own sections, and those of every page."""
        return {**self.panels, **EVERYWHERE}

    @property
    def text(self) -> str:
        """What the technique does, in Markdown."""
        return (TEXTS / f"{self.name}.md").read_text(encoding="utf-8")
