"""Where a training stands, kept after each epoch: a killed one goes on, a finished one is not repeated."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from compression.files import PRIVATE, make_folder, write
from compression.home import home

LIMIT_BYTES = 2**28
"""Of all checkpoints together; the oldest go first."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Saved:
    """Tensors by name, and what else there is to know as JSON."""

    tensors: Mapping[str, torch.Tensor]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def part(self, first: str) -> dict[str, torch.Tensor]:
        """The tensors whose names begin with this word, by what follows it."""
        start = f"{first}."
        return {
            name.removeprefix(start): value
            for name, value in self.tensors.items()
            if name.startswith(start)
        }


class Checkpoint:
    """One file, named by what is trained: the recipe up to and with the trained step.

    It is there as a whole or not at all, and holds tensors and numbers only: reading runs no code. A
    disk that takes nothing costs the checkpoint, not the training.
    """

    def __init__(self, key: str, folder: Path | None = None, limit: int = LIMIT_BYTES) -> None:
        self.path = (folder or home() / "training") / f"{key}.safetensors"
        self._limit = limit

    def read(self) -> Saved | None:
        """What was written last; None if there is nothing, or nothing that can be read."""
        try:
            with safe_open(self.path, framework="pt") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                facts = json.loads((file.metadata() or {})["facts"])
            self.path.touch()
        except FileNotFoundError:
            return None
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            log.warning("Training starts afresh: %s can't be read (%s).", self.path, error)
            return None
        return Saved(tensors, facts)

    def write(self, saved: Saved) -> None:
        """Replace what was there."""
        tensors = {name: value.contiguous().clone() for name, value in saved.tensors.items()}
        try:
            make_folder(self.path.parent)
            content = save(tensors, metadata={"facts": json.dumps(dict(saved.facts))})
            write(self.path, content, mode=PRIVATE)
            self._make_room()
        except OSError as error:
            log.warning("Training goes on, but %s can't be written (%s).", self.path, error)

    def remove(self) -> None:
        """Forget it: the same training would begin again."""
        self.path.unlink(missing_ok=True)

    def _make_room(self) -> None:
        files = sorted(
            (
                file for file in self.path.parent.glob("[!.]*") if file.is_file()
            ),  # hidden: being written
            key=lambda file: file.stat().st_mtime,
        )
        excess = sum(file.stat().st_size for file in files) - self._limit
        for file in files:
            if excess <= 0 or file == self.path:
                return
            excess -= file.stat().st_size
            file.unlink(missing_ok=True)
