"""What devices learn together is what the simulation says, and trouble of one is no trouble of all."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from compression.errors import LabError
from compression.federation.messages import Answer
from tests.federation.in_process import InProcess, deployed, simulated, terms

KNOBS = (
    {},
    {"algorithm": "fedprox", "update": "int8"},
    {"algorithm": "fedyogi", "update": "int4", "clients": 4, "sample": 0.5, "rounds": 5},
    {"update": "topk", "start": "previous", "clients": 3, "sample": 0.5, "rounds": 4},
)


@pytest.mark.parametrize("knobs", KNOBS)
def test_devices_learn_to_the_last_bit_what_the_simulation_does(knobs) -> None:
    of = terms(**knobs)
    link = InProcess(of)
    real = deployed(of, link)
    real.run()
    wanted = simulated(of, alone=True)
    assert torch.equal(real.simulation.server.row, wanted.server.row)
    assert [replace(each, losses=()) for each in real.simulation.history.rounds] == [
        replace(each, losses=()) for each in wanted.history.rounds
    ]


def test_side_by_side_the_simulation_differs_in_last_digits_only() -> None:
    of = terms()
    real = deployed(of, InProcess(of))
    real.run()
    wanted = simulated(of)
    assert torch.allclose(real.simulation.server.row, wanted.server.row, rtol=1e-5, atol=1e-5)
    accuracies = [[each.validation for each in r.history.rounds] for r in (real.simulation, wanted)]
    assert accuracies[0] == accuracies[1]


def spoilt(client: int, by):
    """Client's answers, or what ``by`` makes of them."""
    return lambda who, number, answer: by(answer) if who == client else answer


def test_who_does_not_answer_is_left_out_and_gets_the_whole_model_next_time() -> None:
    of = terms(clients=3, rounds=3, update="int4")
    link = InProcess(of, lambda who, number, answer: None if (who, number) == (1, 2) else answer)
    real = deployed(of, link)
    real.run()
    first, second, third = real.simulation.history.rounds
    assert (second.dropped, second.taking_part) == ((1,), (0, 2))
    assert "Client 1: no answer in time." in link.said
    assert third.taking_part == (0, 1, 2)
    whole = 4 * real.simulation.clients.layout.size
    assert whole < third.bytes_down < 2 * whole


@pytest.mark.parametrize(
    "nonsense", [b"", b"abc", b"\xff" * 100, b"\0" * 4 * 7, b"\x02\0\0\0[]", b"\x08\0\0\0[[0,1e9]]"]
)
@pytest.mark.parametrize("update", ["fp32", "int4"])
def test_bytes_that_are_no_message_are_refused_in_a_sentence(nonsense: bytes, update: str) -> None:
    of = terms(rounds=1, update=update)
    link = InProcess(of, spoilt(0, lambda answer: Answer(nonsense, 0.0)))
    real = deployed(of, link)
    real.run()
    (latest,) = real.simulation.history.rounds
    assert (latest.rejected, latest.taking_part) == ((0,), (1,))
    assert any(said.startswith("Client 0: what it sent is no message (") for said in link.said)


def test_a_loss_that_is_no_number_is_refused() -> None:
    link = InProcess(of := terms(rounds=1), spoilt(0, lambda answer: Answer(answer.data, math.nan)))
    real = deployed(of, link)
    real.run()
    (latest,) = real.simulation.history.rounds
    assert (latest.rejected, latest.taking_part, len(latest.losses)) == ((0,), (1,), 1)


def test_a_change_that_is_no_number_or_huge_is_refused() -> None:
    def times(factor: float):
        def by(answer: Answer) -> Answer:
            row = torch.frombuffer(bytearray(answer.data), dtype=torch.float32) * factor
            return replace(answer, data=row.numpy().tobytes())

        return by

    of = terms(rounds=1, clients=5, split="iid")
    for factor in (float("nan"), 1000.0):
        real = deployed(of, InProcess(of, spoilt(2, times(factor))))
        real.run()
        (latest,) = real.simulation.history.rounds
        assert (latest.rejected, latest.taking_part) == ((2,), (0, 1, 3, 4))


def test_where_nobody_answers_it_ends_in_a_sentence() -> None:
    of = terms(rounds=9)
    real = deployed(of, InProcess(of, lambda *_: None))
    with pytest.raises(LabError, match="^No client's changes arrived in 3 rounds .*\\.$"):
        real.run()


def test_a_device_that_was_started_again_asks_for_the_whole_model() -> None:
    of = terms(rounds=3, update="int8")
    link = InProcess(of)
    real = deployed(of, link)
    real.play()
    real.play()
    link.memories[1] = None
    (*_, latest) = [real.play().dropped]
    assert latest == (1,) and any("has missed news" in said for said in link.said)


def test_a_learning_that_diverges_is_told_by_the_client() -> None:
    of = terms(rounds=1)
    link = InProcess(of)
    for device in link.devices.values():
        clients = device._prepared.clients
        data = replace(clients.data, inputs=clients.data.inputs * 1e30)
        device._prepared = replace(device._prepared, clients=replace(clients, data=data))
    assert deployed(of, link).play().taking_part == ()
    assert any("has learned what is no number in round 1" in said for said in link.said)
