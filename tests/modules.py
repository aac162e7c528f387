"""Our modules and what each imports, read from the source: in functions, branches and for the type checker too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("compression", "datasets", "pages")


@cache
def modules() -> dict[str, Path]:
    """Each module of ours by its dotted name; a package is its `__init__`."""
    files = [file for folder in OURS for file in sorted((ROOT / folder).rglob("*.py"))]
    return {name_of(file): file for file in [ROOT / "app.py", *files]}


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(module: str) -> frozenset[str]:
    """Each module that one of ours imports: `from a import b` is a.b where b is a module, else a."""
    return frozenset(_imports(modules()[module].read_text("utf-8")))


def _imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, "our imports are absolute"
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                yield deeper if deeper in modules() else node.module


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """The groups of two and more nodes that each reach each other."""
    reached = {node: _reached_from(node, arrows) for node in arrows}
    groups = {
        frozenset(other for other in reached[node] if node in reached.get(other, ()))
        for node in arrows
    }
    return sorted(sorted(group) for group in groups if len(group) > 1)


def _reached_from(start: str, arrows: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        ahead = arrows.get(waiting.pop(), set()) - reached
        reached |= ahead
        waiting += ahead
    return reached
