"""Our browser modules joined into one classic script: a page that is opened as a file may not import modules.

Knows just as much of JavaScript as our own files use, and says so where one uses more.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

ASSETS = Path(__file__).parents[2] / "assets"

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const|let)) (\w+)", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def joined(entry: str) -> str:
    """``entry``, named below `assets`, and all that it imports, each in a scope of its own, in order of need.

    ``import.meta.url`` becomes the module's place beside the script, so that it finds its style sheets as before.
    """
    modules: dict[str, str] = {}
    _add(entry, modules, ())
    parts = (f"m[{name!r}] = (() => {{\n{text}}})();\n" for name, text in modules.items())
    return f'(() => {{\n"use strict";\nconst m = {{}}, here = document.currentScript?.src;\n{"".join(parts)}}})();\n'


def _add(name: str, modules: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"{name} imports itself by way of {above[-1]}.")
    if name in modules:
        return
    text = (ASSETS / name).read_text("utf-8")
    for _, other in _IMPORT.findall(text):
        _add(_beside(name, other), modules, (*above, name))
    names = [found for _, found in _EXPORT.findall(text)]
    text = _IMPORT.sub(lambda found: _taken(name, found), text)
    text = _EXPORT.sub(r"\1 \2", text).replace("import.meta.url", f'new URL("{name}", here)')
    if strange := _LEFT.search(text):
        raise ValueError(f"{name} has a line that can't be joined: {strange[0][:80]}")
    modules[name] = f"{text}return {{ {', '.join(names)} }};\n"


def _taken(name: str, found: re.Match[str]) -> str:
    """The names that an import brings, from the module that was joined before."""
    if found[1] is None:
        return ""
    return f"const {{{found[1].replace(' as ', ': ')}}} = m[{_beside(name, found[2])!r}];\n"


def _beside(name: str, other: str) -> str:
    """The place below `assets` of a module that another one imports."""
    parts: list[str] = []
    for part in (*PurePosixPath(name).parent.parts, *PurePosixPath(other).parts):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
