"""There is one training loop: gradients are followed in one file, with the exceptions named here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOOP = "compression/training/loop.py"

EXCEPTIONS = {
    "compression/techniques/quantization/adaround.py": "up or down for each weight of one layer, from its statistics",
    "compression/insight/federated/inversion.py": "an attacker's picture, until its gradients are those of an update",
    "compression/insight/search/proxies.py": "no weight follows them: their product with the weights is the figure",
}
"""What follows gradients but trains no model on examples."""


def updates(file: Path) -> Iterator[str]:
    """The calls in a file that take gradients of a loss or follow them: ``x.backward()``, ``optimizer.step()``."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            if called.endswith((".backward", "optimizer.step")):
                yield called


def test_only_the_loop_updates_weights_by_gradients() -> None:
    files = sorted(
        path for room in ("compression", "pages") for path in (ROOT / room).rglob("*.py")
    )
    training = {path.relative_to(ROOT).as_posix() for path in files if any(updates(path))}
    assert LOOP in training
    assert training - {LOOP} <= set(EXCEPTIONS)


def test_the_loop_has_one_place_for_it() -> None:
    assert sorted(updates(ROOT / LOOP)) == ["loss.backward", "run.optimizer.step"]


def test_the_test_sees_a_loop_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text("for x, y in data:\n    loss(x, y).backward()\n    self.optimizer.step()\n")
    assert sorted(updates(file)) == ["loss(x, y).backward", "self.optimizer.step"]
