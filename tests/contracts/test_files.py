"""Nothing of ours is written in place: whatever writes a file goes through `compression.files`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.modules import modules

WRITES = {
    "write_text", "write_bytes", "touch", "save_file", "savez", "savez_compressed", "savetxt", "tofile", "to_csv",
    "to_json", "to_parquet", "to_pickle", "copyfile", "copy2", "rename", "move", "urlretrieve",
}  # fmt: skip
"""Functions that write a file by its path, whatever they are called on."""

WRITING_MODULES = {"torch": {"save"}, "np": {"save"}, "onnx": {"save", "save_model"}}
OWN = {
    "compression.files.whole": "it is the way",
    "compression.files.folders": "it is the way of a whole folder",
    "compression.training.checkpoints": "touch: when it was last used",
    "compression.engine.log": "a log grows: it is bounded instead",
    "compression.deploy.stages.ring": "memory that two processes share, named by a file",
    "compression.cli.streams": "opens nowhere, for a closed stream",
}
"""Modules that may, and why."""


def written_in_place(source: str) -> list[str]:
    """Each call that writes to a path itself, but those into a file that `replacing` has opened."""
    return [ast.unparse(call.func) for call in _calls(ast.parse(source)) if _writes(call)]


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    if isinstance(node, ast.With) and any(_is_replacing(item) for item in node.items):
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _calls(child)


def _is_replacing(item: ast.withitem) -> bool:
    call = item.context_expr
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "replacing"


def _writes(call: ast.Call) -> bool:
    owner, _, name = ast.unparse(call.func).rpartition(".")
    if name == "open":
        return any(_is_mode(value) for value in (*call.args, *(k.value for k in call.keywords)))
    if name in ("to_csv", "to_parquet"):
        return bool(call.args)  # without a path it gives what would stand in the file
    return name in WRITES or name in WRITING_MODULES.get(owner, ())


def _is_mode(value: ast.expr) -> bool:
    """Whether it is a mode of `open` that writes."""
    text = value.value if isinstance(value, ast.Constant) else None
    return isinstance(text, str) and 0 < len(text) <= 3 and bool(set("wax+") & set(text))


@pytest.mark.parametrize("module", sorted(set(modules()) - set(OWN)))
def test_no_module_writes_a_file_in_place(module: str) -> None:
    found = written_in_place(modules()[module].read_text("utf-8"))
    assert found == [], "write it with compression.files.write, or into compression.files.replacing"


def test_each_exception_is_still_needed() -> None:
    assert set(OWN) <= set(modules())


@pytest.mark.parametrize(
    "source",
    [
        "path.write_text('x')", "Path(a).write_bytes(b)", "open('a', 'w')", "path.open(mode='ab')", "path.open('r+b')",
        "torch.save(a, b)", "np.savez(path, a)", "frame.to_csv('a.csv')", "os.rename(a, b)", "shutil.move(a, b)",
    ],
)  # fmt: skip
def test_each_way_to_write_in_place_is_found(source: str) -> None:
    assert written_in_place(f"if True:\n    {source}")


@pytest.mark.parametrize(
    "source",
    [
        "path.open()",
        "open(a, 'rb')",
        "frame.to_csv(index=False)",
        "with replacing(a) as f: np.savez(f, b)",
    ],
)
def test_reading_and_replacing_are_fine(source: str) -> None:
    assert not written_in_place(source)
