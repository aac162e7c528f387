"""Differential privacy: epsilon is Opacus', no client counts for more than the clip, sampling is the accountant's."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from importlib.util import find_spec

import pytest
import torch

from compression import artifact
from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.recipe import Recipe, parse_step
from compression.techniques.context import StepContext
from compression.techniques.federated.accountant import epsilon_of
from compression.techniques.federated.federate import federate
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.noise import Noise, epsilon
from compression.techniques.federated.participation import draw
from compression.techniques.work import technique
from compression.training.data import Training
from tests.applied import apply
from tests.techniques.federated.opacus_figures import FILE, SETTINGS, epsilon_by_opacus
from tests.techniques.federated.setting import made_up, original, play, simulation

with FILE.open(encoding="utf-8") as file:
    FIGURES = [tuple(map(float, list(row.values())[1:])) for row in csv.DictReader(file)]


@pytest.mark.parametrize("figure", FIGURES)
def test_epsilon_is_that_of_opacus(figure: tuple[float, ...]) -> None:
    noise, share, rounds, delta, expected = figure
    assert epsilon_of(noise, share, int(rounds), delta) == pytest.approx(expected, rel=1e-9)


@pytest.mark.skipif(find_spec("opacus") is None, reason="Opacus is an extra: it is not installed")
def test_opacus_still_says_what_the_table_says() -> None:
    said = [epsilon_by_opacus(*setting) for setting in SETTINGS]
    assert said == pytest.approx([figure[-1] for figure in FIGURES], rel=1e-9)


def test_one_round_of_all_clients_is_the_gaussian_mechanism() -> None:
    """At the best order, 1 + noise sqrt(2 log(1/delta)), the classical bound is sqrt(2 log(1/delta)) / noise + 1 / (2
    noise^2); the newer conversion is a little better."""
    classical = math.sqrt(2 * math.log(1e5)) / 4 + 1 / 32
    assert 0.7 * classical < epsilon_of(4.0, 1.0, 1) < classical


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_more_noise_fewer_clients_and_fewer_rounds_tell_less(share: float) -> None:
    usual = epsilon_of(1.0, share, 20)
    assert epsilon_of(2.0, share, 20) < usual < epsilon_of(0.5, share, 20)
    assert epsilon_of(1.0, share / 2, 20) < usual < epsilon_of(1.0, share, 40)
    assert epsilon_of(0.0, share, 20) == math.inf and epsilon_of(1.0, 0.0, 20) < 0.3


@pytest.mark.parametrize("secure", ["off", "on"])
@pytest.mark.parametrize("update", ["fp32", "int8", "int4", "int2", "topk"])
def test_no_client_moves_the_model_by_more_than_its_clip(secure: str, update: str) -> None:
    """The same rounds with one client's examples, and with this client's taken from it."""
    if secure == "on" and update == "topk":
        pytest.skip("refused together")
    knobs = {"secure": secure, "update": update, "dp": 0.01, "clip": 0.1, "split": "iid", "lr": 0.5}
    whole, without = (simulation(**knobs) for _ in range(2))
    before = whole.server.row.clone()
    without.clients.data.inputs[without.clients.parts[0]] = torch.nan  # unreadable: counts as zeros
    play(whole), play(without)
    apart = torch.linalg.vector_norm((whole.server.row - without.server.row).double())
    assert 0 < apart <= 0.1 / 4 + 1e-6
    assert without.history.rounds[0].rejected == (0,)
    assert not torch.equal(whole.server.row, before)


def test_the_noise_is_as_strong_as_it_says_and_its_denominator_fixed() -> None:
    step = Federate(dp=2.0, clip=0.5, sample=0.5, clients=10)
    noise = Noise(step, clients=10, seed=3)
    drawn = torch.stack([noise.mean(torch.zeros(4000), number) for number in range(1, 6)])
    assert float(drawn.std()) == pytest.approx(2.0 * 0.5 / 5, rel=0.03)
    assert abs(float(drawn.mean())) < 0.01
    assert not torch.equal(drawn[0], drawn[1])
    assert torch.equal(drawn[0], noise.mean(torch.zeros(4000), 1))


def test_clients_are_drawn_one_by_one_with_the_chance_that_is_accounted() -> None:
    step = Federate(dp=1.0, sample=0.3, clients=20)
    counts = [len(draw(step, [5] * 20, number, 0).asked) for number in range(2000)]
    mean = sum(counts) / len(counts)
    spread = sum((count - mean) ** 2 for count in counts) / len(counts)
    assert mean == pytest.approx(6, rel=0.04)
    assert spread == pytest.approx(20 * 0.3 * 0.7, rel=0.12)
    fixed = {len(draw(Federate(sample=0.3, clients=20), [5] * 20, n, 0).asked) for n in range(50)}
    assert fixed == {6}


def test_with_masks_those_who_were_not_drawn_send_zeros() -> None:
    step = Federate(dp=1.0, sample=0.5, clients=8, secure="on", dropouts=0.2)
    who = draw(step, [5] * 8, 1, 0)
    assert who.joining == tuple(range(8)) and not set(who.padding) & set(who.asked)
    (latest,) = play(simulation(dp=1.0, sample=0.5, clients=8, secure="on")).history.rounds
    assert len(latest.taking_part) < 8 and all(latest.up_by_client)


def test_when_all_drop_out_there_is_noise_and_the_round_says_so() -> None:
    for secure in ("off", "on"):
        of = simulation(dropouts=1.0, dp=0.1, secure=secure)
        before = of.server.row.clone()
        (latest,) = play(of).history.rounds
        assert latest.note.endswith("so this round added noise alone.")
        moved = (of.server.row - before)[: of.clients.layout.learned]
        assert float(moved.std()) == pytest.approx(0.1 / 4, rel=0.1)


def learned(**knobs: object) -> Compressed:
    step = Federate(**{"clients": 4, "rounds": 2, **knobs})
    return federate(original(), step, StepContext(made_up().inputs[:8], 0, Training(made_up)))


def test_epsilon_travels_with_the_model_and_its_file() -> None:
    model = learned(dp=1.0, sample=0.5)
    assert model.epsilon == epsilon(Federate(dp=1.0, sample=0.5, rounds=2)) > 0
    recipe = Recipe.build("digits/mlp", ["federate:clients=4,rounds=2,dp=1,sample=0.5"])
    reloaded, _ = artifact.unpack(artifact.pack(model, recipe).data)
    assert reloaded.epsilon == pytest.approx(model.epsilon, abs=1e-6)
    assert learned().epsilon is None and epsilon(Federate()) is None


def test_equal_trainings_one_after_the_other_tell_as_much_as_one_of_all_their_rounds() -> None:
    step, training = Federate(clients=4, rounds=2, dp=1.0), Training(made_up)
    context, work = StepContext(made_up().inputs[:8], 0, training), technique(step)
    first = work(original(), step, context)
    second = work(first, step, context)
    assert second.epsilon == pytest.approx(epsilon_of(1.0, 1.0, 4))
    assert second.epsilon > first.epsilon


def test_zeros_chosen_without_noise_leave_no_promise() -> None:
    pruned = apply(original(), parse_step("prune:sparsity=0.7"))
    step, context = (
        Federate(clients=4, rounds=1, dp=1.0),
        StepContext(made_up().inputs[:8], 0, Training(made_up)),
    )
    assert federate(pruned, step, context).epsilon is None
    assert federate(replace(pruned, epsilon=1.0), step, context).epsilon is not None


@pytest.mark.parametrize(("step", "kept"), [("quantize:bits=4,images=0", True), ("prune", False)])
def test_a_step_that_looks_at_examples_takes_the_promise_back(step: str, kept: bool) -> None:
    model, after = learned(dp=1.0), parse_step(step)
    context = StepContext(made_up().inputs[:64], 0, Training(made_up))
    made = technique(after)(model, after, context)
    assert (made.epsilon == model.epsilon) if kept else (made.epsilon is None)


@pytest.mark.parametrize(
    ("step", "word"),
    [
        ("federate:dp=-1", "one of 0.0"),
        ("federate:dp=1e9", "one of 0.0"),
        ("federate:dp=nan", "one of 0.0"),
        ("federate:dp=1,clip=0", "one of 0.1"),
        ("federate:dp=1,clip=1e9", "one of 0.1"),
        ("federate:clip=2", "only counts with dp"),
        ("federate:dp=0,clip=2", "only counts with dp"),
        ("federate:dp=1,start=previous", "start=new"),
    ],
)
def test_a_promise_that_cannot_be_made_is_refused_in_a_sentence(step: str, word: str) -> None:
    with pytest.raises(UsageError, match=rf"^federate.*{word}.*\.$"):
        parse_step(step)
