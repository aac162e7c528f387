"""Who may import whom: the diagram of the rooms that can't go stale, and the length of a file."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 250

QUESTIONS = ["errors", "home", "recipe", "point", "pareto", "comparable", "sweep", "batches", "seeds", "store",
             "engine",
             "store.*", "engine.*", "devices", "models.catalogue", "models.student_cards",
             "techniques", "techniques.step", "techniques.by_layer",
             "techniques.*.knobs", "insight.allocation", "insight.layer_budget",
             "insight.layer_curves", "insight.projection", "techniques.pruning.channels.price",
             "training", "training.progress", "training.plan"]  # fmt: skip
"""What may be asked without torch, below `compression`."""

MODULES = [
    "errors",
    "recipe",
    "point",
    "compressed",
    "shapes",
    "encoding",
    "encoding.*",
    "artifact",
]

ROOMS: dict[str, list[str]] = {
    "app.py": ["compression", "pages.parts.*"],
    "pages": ["datasets", "pages.parts", "pages.parts.*"] + [f"compression.{m}" for m in QUESTIONS],
    "datasets": ["datasets", "datasets.*"],
} | {
    f"compression/{room}": ["datasets", "datasets.*"] * data + [f"compression.{m}" for m in allowed]
    for room, data, allowed in [
        ("techniques", False, [*MODULES, "home", "models*", "techniques*", "training*"]),
        ("training", False, ["errors", "home", "training*"]),
        ("models", True, ["errors", "models*", "training*"]),
        ("measure", True, [*MODULES, "models*", "export*", "measure*"]),
        ("export", False, [*MODULES, "models*", "export*"]),
        ("store", False, QUESTIONS),
        ("engine", False, [*QUESTIONS, "cluster", "cluster.*"]),
        ("insight", False, [*MODULES, "techniques*", "insight*", "pipeline", "export.runtimes"]),
        ("cluster", False, [*QUESTIONS, "cluster", "cluster.*", "pipeline", "insight"]),
    ]
}
"""What each room may import of ours; a file right in compression/ may import any room but pages."""

ONLY_IN = {
    "streamlit": ("app.py", "pages/"),
    "sqlalchemy": ("compression/store/",),
    "dask": ("compression/engine/", "compression/cluster/"),
    "distributed": ("compression/engine/", "compression/cluster/"),
}
TORCH_FREE = ["compression", "datasets", "pages.parts.shell.words", "compression.cli.doctor"] + [
    f"compression.{module}" for module in QUESTIONS if "*" not in module and module != "devices"
]


def sources(*folders: str) -> list[str]:
    found = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return sorted(file.relative_to(ROOT).as_posix() for file in [*found, ROOT / "app.py"])


def imports(file: str) -> Iterator[str]:
    """Each module that a file imports, at whatever depth: `from a import b` is a.b if b is one."""
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            folder = ROOT / module.replace(".", "/")
            for alias in node.names:
                deeper = folder / alias.name
                is_module = deeper.is_dir() or deeper.with_suffix(".py").is_file()
                yield f"{module}.{alias.name}" if is_module else module


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_the_design_lets_it(room: str) -> None:
    inside = [file for file in sources("pages", "compression", "datasets") if file.startswith(room)]
    strangers = [
        f"{file} imports {module}"
        for file in inside
        for module in imports(file)
        if module.partition(".")[0] in ("compression", "datasets", "pages", "tests")
        and not any(fnmatchcase(module, pattern) for pattern in ROOMS[room])
    ]
    assert strangers == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_room(library: str) -> None:
    strangers = [
        file
        for file in sources("pages", "compression", "datasets")
        if not file.startswith(ONLY_IN[library])
        and any(module.partition(".")[0] == library for module in imports(file))
    ]
    assert strangers == []


def test_the_engine_never_imports_a_page() -> None:
    strangers = [
        f"{file} imports {module}"
        for file in sources("compression")
        for module in imports(file)
        if file != "app.py" and module.startswith("pages")
    ]
    assert strangers == []


def test_only_the_shared_parts_of_pages_cache() -> None:
    strangers = [
        file
        for file in sources("pages", "compression", "datasets")
        if not file.startswith("pages/parts/") and "st.cache_" in (ROOT / file).read_text("utf-8")
    ]
    assert strangers == []


def test_asking_never_loads_torch() -> None:
    code = f"import sys, {', '.join(TORCH_FREE)}\n" + (
        "print([name for name in ('torch', 'onnx', 'onnxruntime', 'sklearn') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")


def test_the_api_is_not_hidden_by_a_file_of_the_same_name() -> None:
    code = "import compression.recipe.sweep; from compression import front, load, run, sweep; print(sweep)"
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert printed.startswith("<function sweep")


@pytest.mark.parametrize("file", sources("pages", "compression", "datasets", "tests"))
def test_a_file_is_one_idea_long(file: str) -> None:
    length = len((ROOT / file).read_text("utf-8").splitlines())
    assert length <= LONGEST, f"{file} has {length} lines: split it by ideas"
