"""The documents are held to the code: each path, table, class, module and version that they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import compression
from datasets import DATASETS

ROOT = Path(__file__).parents[1]
FOLDERS = ("compression", "datasets", "pages", "assets", "tests", ".ci")
ENDINGS = ("py", "js", "mjs", "sh", "txt", "md", "toml", "json", "css")

NAMED = re.compile(r"`([^`\n]+)`")
PATH = re.compile(rf"[\w.<>*-]*(/[\w.<>*-]*)+|[\w-]+\.({'|'.join(ENDINGS)})")
TABLE = re.compile(r"_?[A-Z][A-Z_]+")
PLACED = re.compile(r"`(_?[A-Z][A-Z_]+)` (?:in|of) `([^`\n]+)`")
CLASS = re.compile(r"([A-Z][a-z]+[A-Za-z]*)(?:\.(\w+))?")
MODULE = re.compile(r"python -m ((?:compression|tests)[\w.]*)")
NOT_OURS = {"SQLAlchemy"}

documents = pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])


def named(document: str, kind: re.Pattern[str]) -> list[str]:
    """What a document names between backticks and is of a kind."""
    words = NAMED.findall((ROOT / document).read_text("utf-8"))
    return sorted({word for word in words if kind.fullmatch(word)})


def is_there(path: str) -> bool:
    """Whether a path exists, where ``<family>`` stands for any name; a file's name alone may lie anywhere."""
    pattern = re.sub(r"<\w+>", "*", path.rstrip("/"))
    if "/" not in pattern and not (ROOT / pattern).exists():
        return any(True for folder in FOLDERS for _ in (ROOT / folder).rglob(pattern))
    return any(ROOT.glob(pattern))


@cache
def source(path: str = "") -> str:
    """The text of a file of ours, or of all of them."""
    endings = (".py", ".js", ".sh")
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*")]
    chosen = [ROOT / path] if path else [file for file in files if file.suffix in endings]
    return "\n".join(file.read_text("utf-8") for file in chosen if file.is_file())


def assigns(name: str, text: str) -> bool:
    return bool(re.search(rf"^\s*(?:export )?(?:const )?{name}\b[^=\n]*=", text, re.MULTILINE))


@documents
def test_a_path_that_a_document_names_exists(name: str) -> None:
    paths = [path for path in named(name, PATH) if path.partition("/")[0] not in DATASETS]
    assert paths
    assert [path for path in paths if not is_there(path)] == []


@documents
def test_a_table_or_a_setting_that_a_document_names_exists(name: str) -> None:
    tables = named(name, TABLE)
    assert tables
    everything = source()
    unknown = [t for t in tables if not assigns(t, everything) and f'"{t}"' not in everything]
    assert unknown == []


@documents
def test_a_table_stands_in_the_file_that_a_document_says(name: str) -> None:
    placed = PLACED.findall((ROOT / name).read_text("utf-8"))
    assert name == "README.md" or len(placed) >= 5
    assert [(table, file) for table, file in placed if not assigns(table, source(file))] == []


@documents
def test_a_class_that_a_document_names_exists(name: str) -> None:
    classes = [CLASS.fullmatch(word) for word in named(name, CLASS)]
    missing = [
        word.group()
        for word in classes
        if word
        and word.group(1) not in NOT_OURS
        and not (
            re.search(rf"^class {word.group(1)}\b", source(), re.MULTILINE)
            and (word.group(2) is None or re.search(rf"\b{word.group(2)}\b", source()))
        )
    ]
    assert missing == []


@documents
def test_a_module_that_a_document_runs_exists(name: str) -> None:
    modules = [m.replace(".", "/") for m in MODULE.findall((ROOT / name).read_text("utf-8"))]
    assert modules
    assert [
        m for m in modules if not is_there(f"{m}.py") and not is_there(f"{m}/__main__.py")
    ] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_a_file_that_a_document_links_exists(name: str) -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / name).read_text("utf-8"))
    assert [path for path in linked if not (ROOT / path).exists()] == []


def rooms() -> Iterator[str]:
    """The paths in the diagram of the rooms: folders are indented under the one they lie in."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    diagram = text.partition("### The rooms\n")[2].partition("\n###")[0]
    above = ""
    for line in diagram.splitlines():
        indent, words = len(line) - len(line.lstrip()), line.strip().partition("  ")[0].split()
        if line.startswith("    ") and indent in (4, 8) and words:
            yield from (above * (indent == 8) + word for word in words)
            above = words[-1] if indent == 4 else above


def test_the_diagram_of_the_rooms_shows_every_room_and_no_other() -> None:
    shown = list(rooms())
    assert [path for path in shown if not (ROOT / path).exists()] == []
    packages = {
        f"compression/{file.parent.name}/" for file in ROOT.glob("compression/*/__init__.py")
    }
    parts = {f"{file}/" for file in map(str, (p.relative_to(ROOT) for p in ROOT.glob("pages/*")))}
    assert sorted((packages | parts) - set(shown)) == []


def test_the_version_is_the_newest_of_the_changelog() -> None:
    told = re.findall(r"^## (\d+\.\d+\.\d+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert compression.__version__ == told[0]
    assert told == sorted(told, key=lambda v: [int(n) for n in v.split(".")], reverse=True)
