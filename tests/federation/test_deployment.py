"""Flower's own programs on this machine, with TLS and keys: they learn what the simulation does, and one may die."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from compression import artifact
from compression.federation.keys import make_keys
from compression.federation.prepared import prepared
from compression.models.train import accuracy_of
from compression.techniques.federated.federate import learned
from datasets import load
from tests.federation.in_process import simulated, terms
from tests.federation.processes import Federation, needs_flower, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    needs_flower()
    folder = tmp_path_factory.mktemp("federation")
    make_keys(folder / "keys", "127.0.0.1", clients=2)
    with Federation(folder, folder / "keys") as running:
        done = running.ask("register")
        assert done.returncode == 0, done.stderr
        for client in (0, 1):
            running.supernode(client)
        yield running


def rounds(file: Path) -> list[dict]:
    return json.loads(file.with_name(f"{file.name}.rounds.json").read_text("utf-8"))["rounds"]


def test_two_devices_learn_what_the_simulation_does(federation: Federation) -> None:
    file, of = federation.folder / "learned.packed", terms(rounds=2, lr=0.2)
    done = federation.ask(
        "run", "digits/mlp", "--step", "federate:clients=2,rounds=2,lr=0.2", "--output", str(file)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made, recipe = artifact.unpack(file.read_bytes())
    assert recipe == of.recipe
    given = prepared(of)[1]
    alone, side_by_side = (
        learned(simulated(of, alone=each), given).folded for each in (True, False)
    )
    assert all(torch.equal(made.tensors[name], value) for name, value in alone.tensors.items())
    assert made.bytes_sent == side_by_side.bytes_sent
    test = load("digits").test
    accuracies = {accuracy_of(each.module, test) for each in (made, side_by_side)}
    assert len(accuracies) == 1 and accuracies.pop() > 0.7


def test_a_stranger_is_refused_in_bounded_time(federation: Federation) -> None:
    make_keys(federation.folder / "other", "127.0.0.1", clients=2)
    foreign_authority = federation.supernode(0, keys=federation.folder / "other")
    (federation.folder / "mixed").mkdir()
    for name, folder in (("ca.pem", "keys"), ("client-1.key", "other")):
        text = (federation.folder / folder / name).read_bytes()
        (federation.folder / "mixed" / name).write_bytes(text)
    foreign_key = federation.supernode(1, keys=federation.folder / "mixed")
    wait_for(lambda: foreign_authority.poll() is not None and foreign_key.poll() is not None)
    assert "CERTIFICATE_VERIFY_FAILED" in federation.log("stranger-0")
    assert "Failed to activate SuperNode" in federation.log("stranger-1")


def test_a_device_that_dies_is_left_out_in_bounded_time(federation: Federation) -> None:
    file = federation.folder / "half.packed"
    asked = federation.starts(
        "run", "run", "digits/mlp", "--step", "federate:clients=2,rounds=2,update=int4",
        "--output", str(file), "--round-seconds", "20",
    )  # fmt: skip
    wait_for(lambda: asked.poll() is not None or "Round 1 of 2" in federation.log("run"))
    federation.end("client-1", signal.SIGKILL)
    wait_for(lambda: asked.poll() is not None)
    assert asked.returncode == 0, federation.log("run")
    # Whichever comes first: the round's end, or the SuperLink's word that the message found nobody.
    assert re.search(r"Client 1: (no answer in time|Flower says: )", federation.log("run"))
    assert [(each["taking_part"], each["dropped"]) for each in rounds(file)][-1] == ([0], [1])
