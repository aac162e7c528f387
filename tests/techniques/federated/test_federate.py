"""The step as a whole: trouble is shown and harmless, zeros stay zeros, all that was sent is counted."""

from __future__ import annotations

import pytest
import torch

from compression import artifact
from compression.errors import UsageError
from compression.models.compressed import Compressed, weight_names
from compression.recipe import Recipe, parse_step
from compression.techniques.context import StepContext
from compression.techniques.federated.client import Clients
from compression.techniques.federated.federate import federate
from compression.techniques.federated.history import from_json
from compression.techniques.federated.knobs import Federate
from compression.training.checkpoints import Checkpoint
from compression.training.data import Training
from tests.applied import apply
from tests.techniques.federated.setting import made_up, original, play, simulation


def federated(before: Compressed, checkpoint: Checkpoint | None = None, **knobs) -> Compressed:
    training = Training(made_up, checkpoint=checkpoint)
    step = Federate(**{"clients": 4, "rounds": 2, **knobs})
    return federate(before, step, StepContext(made_up().inputs[:8], 0, training))


def test_when_all_drop_out_nothing_changes_and_the_round_says_so() -> None:
    of = simulation(dropouts=1.0, update="int4")
    before = of.server.row.clone()
    (latest,) = play(of).history.rounds
    assert torch.equal(of.server.row, before)
    assert latest.dropped == (0, 1, 2, 3) and latest.taking_part == ()
    assert latest.note.endswith("changed nothing.") and latest.bytes_up == 0


def test_nonsense_is_refused_and_the_others_count() -> None:
    of = play(simulation(clients=6, split="iid", faulty=2))
    (latest,) = of.history.rounds
    assert latest.rejected == (0, 1) and latest.taking_part == (2, 3, 4, 5)
    assert of.server.row.isfinite().all()


@pytest.mark.parametrize(("algorithm", "counted"), [("fedavg", 0), ("fedprox", 4)])
def test_only_fedprox_takes_what_stragglers_have_done(algorithm: str, counted: int) -> None:
    (latest,) = play(simulation(stragglers=1.0, algorithm=algorithm)).history.rounds
    assert latest.late == (0, 1, 2, 3) and len(latest.taking_part) == counted


def test_a_client_without_examples_never_takes_part() -> None:
    of = play(simulation(data=made_up(count=3), clients=5), rounds=3)
    empty = {c for c, part in enumerate(of.clients.parts) if not len(part)}
    assert len(empty) == 2
    assert not empty & {c for each in of.history.rounds for c in each.taking_part}


def test_one_client_is_the_control_which_has_none() -> None:
    control = Federate(skew=0.5, sample=0.5, algorithm="fedyogi", dropouts=0.1).control()
    assert control == Federate(clients=1, split="iid", local_epochs=0.5 * Federate().local_epochs)
    assert control.control() is None and control.epochs == Federate(sample=0.5).epochs


@pytest.mark.parametrize("start", ["new", "previous"])
@pytest.mark.parametrize("update", ["fp32", "int4"])
def test_the_zeros_of_a_pruned_model_stay_zeros(start: str, update: str) -> None:
    pruned = apply(original(), parse_step("prune:sparsity=0.7"))
    learned = federated(pruned, start=start, update=update)
    for name in weight_names(learned.module):
        before, after = (each.module.get_parameter(name) for each in (pruned, learned))
        assert not after[before == 0].any() and after[before != 0].any()


def test_weights_on_a_grid_can_not_go_on() -> None:
    quantized = apply(original(), parse_step("quantize:bits=4"))
    with pytest.raises(UsageError, match="^start=previous .*\\.$"):
        federated(quantized, start="previous")
    assert not federated(quantized, start="new").formats


def test_a_narrower_network_is_learned_as_narrow_with_new_weights() -> None:
    narrow = apply(original("digits/cnn"), parse_step("prune-channels:ratio=0.5"))
    step, training = Federate(clients=2, rounds=1), Training(lambda: made_up("digits/cnn"))
    context = StepContext(made_up("digits/cnn").inputs[:8], 0, training)
    learned = federate(narrow, step, context)
    for name in weight_names(narrow.module):
        before, after = (each.module.get_parameter(name) for each in (narrow, learned))
        assert before.shape == after.shape and not torch.allclose(before, after, atol=1e-3)


def test_what_was_sent_is_all_messages_and_travels_with_the_file(tmp_path) -> None:
    checkpoint = Checkpoint("key", tmp_path)
    learned = federated(original(), checkpoint, update="int4")
    history = from_json(checkpoint.read().facts["history"])
    assert learned.bytes_sent == sum(each.bytes_up + each.bytes_down for each in history.rounds) > 0
    recipe = Recipe.build("digits/mlp", ["federate:clients=4,rounds=2,update=int4"])
    reloaded, _ = artifact.unpack(artifact.pack(learned, recipe).data)
    assert reloaded.bytes_sent == learned.bytes_sent
    plain = federated(original(), None)
    size = 4 * sum(p.numel() for p in plain.module.parameters())
    assert plain.bytes_sent == 2 * 4 * 2 * size  # rounds, clients, both ways


def test_a_finished_training_is_not_repeated(tmp_path, monkeypatch) -> None:
    checkpoint = Checkpoint("key", tmp_path)
    first = federated(original(), checkpoint).module.state_dict()
    monkeypatch.setattr(Clients, "train", None)
    again = federated(original(), checkpoint).module.state_dict()
    assert all(torch.equal(first[name], value) for name, value in again.items())
