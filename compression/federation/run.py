"""Ask a SuperLink for a training and wait until it is over, by Flower's own command line."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compression.errors import LabError, UsageError, reason_of
from compression.federation import launch
from compression.federation.launch import Address
from compression.federation.reach import look
from compression.federation.terms import Terms
from compression.files import write
from compression.recipe import Recipe

SECONDS = 60
"""For one question to a SuperLink."""


@dataclass(frozen=True)
class Asked:
    """What is to be learned, into which file, and how long devices may take."""

    model: str
    step: str
    seed: int
    output: Path
    wait_s: float
    round_s: float

    def __post_init__(self) -> None:
        """UsageError where no device could do it: better now than on all of them."""
        Terms(Recipe.build(self.model, [self.step], self.seed))
        if self.wait_s <= 0 or self.round_s <= 0:
            raise UsageError("Devices need time: give --wait-seconds and --round-seconds above 0.")

    def settings(self) -> str:
        """As a TOML file for ``flwr run``."""
        values = {
            "model": self.model,
            "step": self.step,
            "seed": self.seed,
            "output": str(self.output.resolve()),
            "wait-seconds": float(self.wait_s),
            "round-seconds": float(self.round_s),
        }
        return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def run(asked: Asked, at: Address, keys: Path | None) -> None:
    """Start the training, pass on what its server says, and wait; LabError where it fails."""
    _require(at, keys)
    with tempfile.TemporaryDirectory() as folder:
        place, name = Path(folder), launch.write_connection(Path(folder), at, keys)
        settings = place / "run.toml"
        write(settings, asked.settings().encode())
        started = _ask(place, "run", str(launch.APP), name, "--run-config", str(settings))
        number = str(started["run-id"])
        log = launch.flwr("log", number, name, "--stream")
        try:
            subprocess.run(log, env=launch.environment(place), check=False)
        except KeyboardInterrupt:
            _ask(place, "stop", number, name)
            raise
        if not look(at, with_keys=keys is not None):
            raise LabError(f"The SuperLink at {at} is gone, and the run with it: start both again.")
        (told,) = _ask(place, "list", name, "--run-id", number)["runs"]
        if told["status"] != "finished:completed":
            raise LabError(
                f"The training ended as {told['status']}: {told.get('details') or 'see above'}"
            )


def register(at: Address, keys: Path | None) -> None:
    """Tell the SuperLink all clients' public keys that lie in the folder; UsageError where there are none."""
    found = sorted(keys.glob("client-*.pub")) if keys else []
    if not found:
        raise UsageError(
            "There are no clients' keys: give --keys FOLDER, made by python -m compression.federation keys."
        )
    _require(at, keys)
    with tempfile.TemporaryDirectory() as folder:
        name = launch.write_connection(Path(folder), at, keys)
        for file in found:
            _ask(Path(folder), "supernode", "register", str(file), name, "--name", file.stem)
            print(f"{file.stem} may connect.", flush=True)


def _require(at: Address, keys: Path | None) -> None:
    if not look(at, with_keys=keys is not None):
        raise LabError(
            f"Nobody listens at {at}: start python -m compression.federation superlink first."
        )


def _ask(place: Path, *arguments: str) -> Any:
    """Flower's answer to a command, as it gives it to programs; LabError where it says no."""
    command = launch.flwr(*arguments, "--format", "json")
    try:
        done = subprocess.run(
            command,
            env=launch.environment(place),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LabError(f"The SuperLink did not answer within {SECONDS} s: is it running?") from None
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = {"success": False, "error-message": _words(done.stderr + done.stdout)}
    if done.returncode or told.get("success") is False:
        raise LabError(
            f"Flower refused: {reason_of(ValueError(told.get('error-message', '')), 300)}"
        )
    return told


def _words(printed: str) -> str:
    """What Flower's command line has printed for people, without frames and without what it always says."""
    lines = (line.strip("╭╮╰╯│─ ") for line in printed.splitlines())
    return " ".join(line for line in lines if line and not line.startswith(("Using ", "Error")))
