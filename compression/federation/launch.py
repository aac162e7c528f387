"""Flower's programs as this project starts them: those beside our Python, with this project's code in reach, without
telemetry, update checks or installing at run time."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from compression.deploy.loopback import is_loopback_host
from compression.errors import UsageError
from compression.files import write

ROOT = Path(__file__).parents[2]
APP = Path(__file__).with_name("app")

QUIET = {
    "FLWR_TELEMETRY_ENABLED": "0",
    "FLWR_DISABLE_UPDATE_CHECK": "1",
    "FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION": "1",
}

_ADDRESS = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})")


@dataclass(frozen=True)
class Address:
    """Where the SuperLink listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return is_loopback_host(self.host)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def address(text: str) -> Address:
    """UsageError where it is none."""
    found = _ADDRESS.fullmatch(text)
    if found is None or not 1 <= int(found["port"]) <= 65535:
        raise UsageError(f"{text} is no address: give HOST:PORT, as in 127.0.0.1:9091.")
    return Address(found["host"], int(found["port"]))


def environment(home: Path) -> dict[str, str]:
    """What Flower's programs, and all that they start, find in their environment; ``home`` is for their files."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        **QUIET,
        "FLWR_HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


def program(name: str) -> str:
    """UsageError where Flower is not installed beside the Python that runs this."""
    found = Path(sys.executable).parent / name
    if not found.exists():
        raise UsageError(
            f"This Python has no Flower ({name}): make federated, then use .venv-federated/bin/python."
        )
    return str(found)


def superlink(at: Address, keys: Path | None) -> list[str]:
    """The command of a SuperLink; UsageError where it would listen beyond this machine without keys."""
    command = [
        program("flower-superlink"), "--host", at.host.strip("[]"), "--port", str(at.port),
        "--disable-runtime-dependency-installation",
    ]  # fmt: skip
    if keys is None:
        if not at.is_loopback:
            raise UsageError(
                f"{at} is within others' reach: give --keys FOLDER, made by python -m compression.federation keys."
            )
        return [*command, "--insecure"]
    files = {
        "--ssl-ca-certfile": "ca.pem",
        "--ssl-certfile": "server.pem",
        "--ssl-keyfile": "server.key",
    }
    return [*command, *_files(keys, files), "--enable-supernode-auth"]


def supernode(at: Address, client: int, examples: Path | None, keys: Path | None) -> list[str]:
    """The command of a client's SuperNode."""
    settings = [f"client={client}"]
    if examples is not None:
        settings.append(f"examples={json.dumps(str(examples.resolve()))}")
    command = [
        program("flower-supernode"), "--superlink", str(at), "--host", "127.0.0.1", "--port", str(free_port()),
        "--node-config", " ".join(settings),
    ]  # fmt: skip
    if keys is None:
        if not at.is_loopback:
            raise UsageError(
                f"{at} is another machine: give --keys FOLDER, as its SuperLink has them."
            )
        return [*command, "--insecure"]
    files = {
        "--root-certificates": "ca.pem",
        "--auth-supernode-private-key": f"client-{client}.key",
    }
    return [*command, *_files(keys, files)]


def flwr(*arguments: str) -> list[str]:
    """A command of Flower's command line."""
    return [program("flwr"), *arguments]


def write_connection(home: Path, at: Address, keys: Path | None) -> str:
    """Tell Flower's command line, in its home, where the SuperLink is; the name that it is given there."""
    trust = "insecure = true"
    if keys is not None:
        (_, certificate) = _files(keys, {"": "ca.pem"})
        trust = f"root-certificates = {json.dumps(str(Path(certificate).resolve()))}"
    home.mkdir(parents=True, exist_ok=True)
    text = f'[superlink.lab]\naddress = "{at}"\n{trust}\n'
    write(home / "config.toml", text.encode())
    return "lab"


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _files(keys: Path, names: Mapping[str, str]) -> list[str]:
    """Options with files of the folder of keys; UsageError where one is missing."""
    for name in names.values():
        if not (keys / name).is_file():
            raise UsageError(
                f"{keys / name} is missing: make the keys with python -m compression.federation keys FOLDER, and "
                "copy to each machine what it needs."
            )
    return [
        text for option, name in names.items() for text in (option, str((keys / name).resolve()))
    ]
