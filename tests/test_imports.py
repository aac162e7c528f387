"""Who may import whom: the diagram of the rooms that can't go stale, and the length of a file."""

from __future__ import annotations

import subprocess
import sys
from fnmatch import fnmatchcase

import pytest

from tests.modules import OURS, ROOT, circles, imports, modules
from tests.rooms import BESIDES, ONLY_IN, ROOMS, TORCH_FREE

LONGEST = 250

FILES = [file for folder in (*OURS, "tests") for file in sorted((ROOT / folder).rglob("*.py"))]


def room_of(module: str) -> str:
    """The folder of a module, or the closest one above that has a line; a module on top is a room of its own."""
    folder = modules()[module].parent.relative_to(ROOT)
    if folder.parts in ((), ("compression",)):
        return module
    room = ".".join(folder.parts)
    while room.count(".") and _line(room) is None and room.rpartition(".")[0] != "compression":
        room = room.rpartition(".")[0]
    return room


def _line(room: str) -> str | None:
    parent, _, family = room.rpartition(".")
    line = ROOMS.get(room, ROOMS.get(f"{parent}.<family>"))
    return None if line is None else line.replace("<family>", family)


def fits(module: str, patterns: str) -> bool:
    """Whether a module is one of the patterns, as ROOMS writes them."""
    return any(fnmatchcase(module, _full(pattern)) for pattern in patterns.split())


def _full(pattern: str) -> str:
    is_full = pattern.startswith(("datasets", "pages.")) or pattern == "compression"
    return pattern if is_full else f"compression.{pattern}"


def rooms() -> list[str]:
    return sorted({room_of(module) for module in modules()})


def inside(room: str) -> list[str]:
    return [module for module in modules() if room_of(module) == room]


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_what_the_design_lets_it(room: str) -> None:
    allowed = _line(room)
    assert allowed is not None, f"{room} has no line in ROOMS: say what it may import"
    strangers = [
        f"{module} imports {other}"
        for module in inside(room)
        for other in sorted(imports(module))
        if other.partition(".")[0] in (*OURS, "tests", "app")
        and not fits(other, f"{allowed} {BESIDES.get(room, '')}")
    ]
    assert strangers == []


@pytest.mark.parametrize("room", rooms())
def test_no_module_imports_itself_by_way_of_others(room: str) -> None:
    arrows = {module: set(imports(module) & set(modules())) for module in modules()}
    assert [circle for circle in circles(arrows) if set(circle) & set(inside(room))] == []


def test_no_room_imports_itself_by_way_of_others() -> None:
    arrows: dict[str, set[str]] = {}
    for module in modules():
        for other in imports(module) & set(modules()):
            here, there = (".".join(name.split(".")[:2]) for name in (module, other))
            if here != there:
                arrows.setdefault(here, set()).add(there)
    assert circles(arrows) == []


def test_circles_are_found() -> None:
    arrows = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"e"}, "e": {"d", "f"}, "f": set()}
    assert circles(arrows) == [["a", "b", "c"], ["d", "e"]]


def test_compression_has_six_modules_on_top() -> None:
    files = {file.stem for file in (ROOT / "compression").glob("*.py")}
    assert files == {"__init__", "__main__", "api", "pipeline", "errors", "home"}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_room(library: str) -> None:
    strangers = [
        module
        for module in modules()
        if not f"{module}.".startswith(ONLY_IN[library])
        and any(other.partition(".")[0] == library for other in imports(module))
    ]
    assert strangers == []


def test_the_engine_never_imports_a_page() -> None:
    strangers = [
        f"{module} imports {other}"
        for module in modules()
        for other in imports(module)
        if module.startswith(("compression", "datasets")) and other.startswith(("pages", "app"))
    ]
    assert strangers == []


def test_only_the_shared_parts_of_pages_cache() -> None:
    strangers = [
        module
        for module, file in modules().items()
        if not module.startswith("pages.parts.") and "st.cache_" in file.read_text("utf-8")
    ]
    assert strangers == []


def test_asking_never_loads_torch() -> None:
    asking = [module for module in modules() if fits(module, TORCH_FREE)]
    code = f"import sys, {', '.join(asking)}\n" + (
        "heavy = ('torch', 'onnx', 'onnxruntime', 'sklearn', 'optuna', 'scipy')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")


def test_the_api_is_not_hidden_by_a_file_of_the_same_name() -> None:
    code = "import compression.recipe.sweep; from compression import front, load, run, sweep; print(sweep)"
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert printed.startswith("<function sweep")


@pytest.mark.parametrize("file", ["app.py", *(str(file.relative_to(ROOT)) for file in FILES)])
def test_a_file_is_one_idea_long(file: str) -> None:
    length = len((ROOT / file).read_text("utf-8").splitlines())
    assert length <= LONGEST, f"{file} has {length} lines: split it by ideas"
