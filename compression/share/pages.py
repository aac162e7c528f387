"""Pages made of the templates in `assets/share`: every text that is put into one is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from compression.share.scripts import ASSETS


def page(template: str, **values: object) -> str:
    """The page; an unknown name in its template is an error, not a gap."""
    return _templates().get_template(template).render(values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(ASSETS / "share"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
