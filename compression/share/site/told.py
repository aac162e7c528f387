"""What scripts of data hand to the pages of the site: values by name, and what terms mean."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from compression.share.scripts import ASSETS


@cache
def terms_told() -> dict[str, str]:
    """What terms mean, without the addresses of sources."""
    text = (ASSETS / "explain" / "glossary.md").read_text("utf-8")
    found = re.findall(r"^\*\*(.+?)\*\*: (.+)$", text, re.MULTILINE)
    return {name.lower(): re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", said) for name, said in found}


def told(name: str, what: Any) -> bytes:
    """A script that hands its data to the page: a file may be loaded so where it can't be fetched."""
    body = json.dumps(what, separators=(",", ":"), ensure_ascii=True)
    return f"(self.compactLab ??= {{}})[{json.dumps(name)}] = {body};\n".encode()
