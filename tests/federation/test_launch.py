"""How Flower's programs are started: quiet, without installing anything, and beyond this machine with keys only."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from compression.errors import LabError, UsageError
from compression.federation import launch, reach
from compression.federation.__main__ import main
from compression.federation.keys import make_keys
from compression.federation.run import Asked

HERE = launch.Address("127.0.0.1", 9091)
AWAY = launch.Address("server.example", 9091)


@pytest.fixture
def flower(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with programs of Flower's names beside a Python."""
    for name in ("python", "flower-superlink", "flower-supernode", "flwr"):
        (tmp_path / name).touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    return tmp_path


def test_telemetry_update_checks_and_installing_are_off(flower: Path) -> None:
    environment = launch.environment(flower / "home")
    assert environment["FLWR_TELEMETRY_ENABLED"] == "0"
    assert environment["FLWR_DISABLE_UPDATE_CHECK"] == "1"
    assert environment["FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION"] == "1"
    assert "--disable-runtime-dependency-installation" in launch.superlink(HERE, None)
    assert "--allow-runtime-dependency-installation" not in launch.supernode(HERE, 0, None, None)


def test_beyond_this_machine_keys_are_needed(flower: Path) -> None:
    everywhere = launch.Address("0.0.0.0", 9091)
    with pytest.raises(UsageError, match="within others' reach: give --keys"):
        launch.superlink(everywhere, None)
    with pytest.raises(UsageError, match="another machine: give --keys"):
        launch.supernode(AWAY, 0, None, None)
    make_keys(flower / "keys", "server.example", 1)
    for command in (
        launch.superlink(everywhere, flower / "keys"),
        launch.supernode(AWAY, 0, None, flower / "keys"),
    ):
        assert "--insecure" not in command
        assert {"--enable-supernode-auth", "--auth-supernode-private-key"} & set(command)


def test_a_missing_key_is_named(flower: Path) -> None:
    make_keys(flower / "keys", "server.example", 1)
    with pytest.raises(UsageError, match="client-3.key is missing"):
        launch.supernode(AWAY, 3, None, flower / "keys")


def test_keys_in_use_are_not_lost_and_secrets_are_their_owners(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", "10.0.0.7", 2)
    with pytest.raises(UsageError, match="is there already"):
        make_keys(tmp_path / "keys", "10.0.0.7", 2)
    secrets = sorted(file for file in (tmp_path / "keys").iterdir() if file.suffix == ".key")
    assert [file.name for file in secrets] == ["client-0.key", "client-1.key", "server.key"]
    assert {file.stat().st_mode & 0o777 for file in secrets} == {0o600}


@pytest.mark.parametrize(
    "text", ["", "here", ":9", "host:", "host:0", "host:99999", "a b:1", "http://a:1"]
)
def test_nonsense_is_no_address(text: str) -> None:
    with pytest.raises(UsageError, match="give HOST:PORT"):
        launch.address(text)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_loopback_is_known(host: str) -> None:
    assert launch.address(f"{host}:80").is_loopback
    assert not launch.address("0.0.0.0:80").is_loopback


def test_without_flower_a_sentence_says_how_to_get_it(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert main(["superlink"]) == 2
    assert "make federated" in capsys.readouterr().err


def test_where_nobody_listens_a_run_says_so(flower: Path, capsys) -> None:
    port = launch.free_port()
    told = ["run", "digits/mlp", "--step", "federate:clients=2", "--superlink", f"127.0.0.1:{port}"]
    assert main(told) == 1
    assert f"Nobody listens at 127.0.0.1:{port}: start" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "step", "says"),
    [
        ("digits/none", "federate", "There is no model"),
        ("digits/mlp", "federate:clients=0", "clients"),
        ("digits/mlp", "federate:dropouts=0.5", "Only the simulation knows dropouts 0.5"),
        ("digits/mlp", "prune:sparsity=0.5", "one federate step"),
    ],
)
def test_what_no_device_could_do_is_refused_before_it_starts(model, step, says, capsys) -> None:
    assert main(["run", model, "--step", step]) == 2
    assert says in capsys.readouterr().err


def test_settings_reach_flower_whatever_is_in_them(tmp_path: Path) -> None:
    tomllib = pytest.importorskip("tomllib")
    file = tmp_path / 'a "quoted" \\ name.packed'
    asked = Asked("digits/mlp", "federate:clients=2", 3, file, 5, 6)
    told = tomllib.loads(asked.settings())
    assert (told["output"], told["seed"], told["round-seconds"]) == (str(file), 3, 6.0)
    app = tomllib.loads((launch.APP / "pyproject.toml").read_text("utf-8"))["tool"]["flwr"]["app"]
    assert set(told) == set(app["config"])


def test_one_side_with_keys_and_the_other_without_is_told(monkeypatch) -> None:
    monkeypatch.setattr(reach, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as plain:
        at = launch.Address("127.0.0.1", plain.getsockname()[1])
        assert reach.look(at, with_keys=False)
        with pytest.raises(LabError, match="was started without keys"):
            reach.look(at, with_keys=True)


@pytest.mark.parametrize(
    ("prints", "says"),
    [
        (
            "Using SuperLink: lab\n╭─ Error ──╮\n│ No such run │\n╰──╯",
            "Flower refused: No such run",
        ),
        ('{"success": false, "error-message": "Not you."}', "Flower refused: Not you."),
    ],
)
def test_what_flower_refuses_is_a_sentence(flower: Path, capsys, monkeypatch, prints, says) -> None:
    program = flower / "flwr"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{prints}\nEND\n")
    program.chmod(0o755)
    make_keys(flower / "keys", "127.0.0.1", 1)
    monkeypatch.setattr("compression.federation.run.look", lambda at, with_keys: True)
    assert main(["register", "--keys", str(flower / "keys")]) == 1
    assert capsys.readouterr().err == f"{says}\n"
