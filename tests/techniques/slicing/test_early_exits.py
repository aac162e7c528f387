"""Early exits: trained at the cuts of a frozen model, stored with it, and obeyed when it is deployed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from compression import artifact, pipeline
from compression.deploy.deploy import deploy
from compression.deploy.early_exits import EarlyExits, confidence
from compression.deploy.runtime import open_session
from compression.deploy.slicing.exit_points import exit_points
from compression.deploy.stage_files import zipped_stages
from compression.errors import ArtifactError, UsageError
from compression.measure.exits import left_at, measure_exits
from compression.measure.graph import read_graph
from compression.models.compressed import Compressed
from compression.models.exits import ExitShape, exit_heads
from compression.models.slicing import Slicing
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.slicing.knobs import Slice
from compression.training.checkpoints import Checkpoint
from tests.applied import inputs

MODEL = "digits/cnn"
STEP = "slice:stages=3,exits=on"


def recipe(*steps: str, seed: int = 0) -> Recipe:
    return Recipe.build(MODEL, steps or [STEP], seed=seed)


@cache
def exiting() -> Compressed:
    return pipeline.compress(look_up(MODEL), recipe())


def at(threshold: float) -> Compressed:
    assert exiting().slicing
    return replace(exiting(), slicing=replace(exiting().slicing, threshold=threshold))


def digits(count: int = 200) -> np.ndarray:
    return look_up(MODEL).data.validation.inputs[:count]


def answers(session, examples: np.ndarray) -> np.ndarray:
    return session.run(None, {session.get_inputs()[0].name: examples})[0]


def stages(compressed: Compressed) -> EarlyExits:
    session = deploy(compressed).exact_session()
    assert isinstance(session, EarlyExits)
    return session


def test_at_a_threshold_of_one_the_answers_are_the_whole_models() -> None:
    whole = answers(look_up(MODEL).session, digits())
    np.testing.assert_allclose(answers(stages(at(1.0)), digits()), whole, atol=1e-5)


def test_an_example_leaves_at_the_first_stage_that_is_sure_of_it() -> None:
    session = stages(at(0.8))
    every = session.all_answers({"input": digits()})
    logits, left = session.answers({"input": digits()})
    sure = torch.from_numpy(every).softmax(-1).amax(-1).numpy() > 0.8
    sure[-1] = True
    assert np.array_equal(left, sure.argmax(0))
    assert len(set(left.tolist())) > 1
    np.testing.assert_allclose(logits, every[left, np.arange(len(left))], atol=1e-5)


def test_an_example_answers_alike_alone_and_in_a_batch() -> None:
    session = stages(at(0.8))
    alone = np.concatenate([answers(session, digits(20)[n : n + 1]) for n in range(20)])
    np.testing.assert_allclose(alone, answers(session, digits(20)), atol=1e-5)


def test_a_point_keeps_where_its_shown_examples_left() -> None:
    shown = look_up(MODEL).shown
    session = stages(at(0.8))
    _, left = session.answers({"input": shown.inputs})
    assert left_at(shown, session) == "".join(str(stage + 1) for stage in left)
    assert len(set(left.tolist())) > 1
    assert left_at(shown, look_up(MODEL).session) == ""


def test_an_answer_that_is_no_number_is_sure_of_nothing() -> None:
    assert not confidence(np.full((1, 3), np.nan, dtype=np.float32)) > 0.0


def test_the_heads_learn_from_answers_without_looking_at_labels(monkeypatch, tmp_path) -> None:
    known = look_up(MODEL).training_data()
    wrong = replace(known, labels=torch.zeros_like(known.labels))
    monkeypatch.setattr(pipeline, "Checkpoint", lambda key: Checkpoint(key, tmp_path))
    monkeypatch.setattr(type(look_up(MODEL)), "training_data", lambda subject: wrong)
    blind = pipeline.compress(look_up(MODEL), recipe())
    assert all(
        torch.equal(ours, theirs)
        for ours, theirs in zip(blind.tensors.values(), exiting().tensors.values(), strict=True)
    )


def test_the_model_itself_stays_as_it_is() -> None:
    before = look_up(MODEL).original.folded.module.state_dict()
    after = exiting().module.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_the_heads_know_the_digits() -> None:
    every = stages(exiting()).all_answers({"input": digits()})
    right = (every.argmax(-1) == look_up(MODEL).data.validation.labels[:200]).mean(-1)
    assert right[1] > 0.85 and right[1] > right[0] > 0.3


def test_the_packed_file_holds_the_heads_and_answers_alike() -> None:
    packed = artifact.pack(exiting(), recipe())
    loaded, _ = artifact.unpack(packed.data)
    assert loaded.slicing == exiting().slicing
    assert np.array_equal(answers(stages(loaded), digits()), answers(stages(exiting()), digits()))
    heads = sum(row.bytes for row in packed.tensors if row.name.startswith("exits."))
    whole = artifact.pack(look_up(MODEL).original.folded, Recipe(model=MODEL))
    assert heads <= len(packed.data) - len(whole.data) < heads + 400


@pytest.mark.parametrize(
    "rows", [[], [[2, 4]], [[0]], [[0, 0, 3]], [[1, 4]], [[0, -1]], ["x"], 3, [[0, 9**9]]]
)
def test_heads_that_a_file_can_not_have_are_refused(rows: object, monkeypatch) -> None:
    monkeypatch.setattr(artifact.packed_file.exits, "write", lambda heads: rows)
    data = artifact.pack(exiting(), recipe()).data
    with pytest.raises(ArtifactError, match=r"\.$|:"):
        artifact.unpack(data)


def test_another_threshold_needs_no_other_training() -> None:
    one, other = recipe(), recipe("slice:stages=3,exits=on,threshold=0.6")
    assert one.key != other.key and one.training_key == other.training_key == one.key
    for step in ("slice:stages=3,exits=labels", "slice:stages=4,exits=on"):
        assert recipe(step).training_key != one.training_key


def test_a_threshold_that_comes_later_finds_the_heads_trained() -> None:
    exiting()
    updates = []
    later = pipeline.compress(
        look_up(MODEL),
        recipe("slice:stages=3,exits=on,threshold=0.6"),
        lambda progress: updates.append(progress.step),
    )
    assert later.slicing and later.slicing.threshold == 0.6
    assert len(set(updates)) <= 1  # it only says that it is finished
    assert all(
        torch.equal(ours, theirs)
        for ours, theirs in zip(later.tensors.values(), exiting().tensors.values(), strict=True)
    )


def test_the_control_learns_from_labels_in_as_many_updates() -> None:
    step = Slice(exits="on")
    assert step.control() == Slice(exits="labels") and Slice(exits="labels").control() is None
    assert step.untrained() == Slice() and step.is_trained and not Slice().is_trained


def test_nothing_can_follow_exits() -> None:
    with pytest.raises(UsageError, match="make it the last step"):
        pipeline.compress(look_up(MODEL), recipe(STEP, "prune:sparsity=0.5"))


def test_rounded_activations_are_refused_and_few_bits_are_not() -> None:
    with pytest.raises(UsageError, match="exits off"):
        pipeline.compress(look_up(MODEL), recipe("quantize:bits=8,activations=8", STEP))
    made = pipeline.compress(look_up(MODEL), recipe("quantize:bits=4", STEP))
    assert made.exits is not None and made.formats


def test_average_multiply_adds_are_those_of_the_stages_that_an_example_passes() -> None:
    session = stages(at(0.8))
    graphs = [read_graph(part.loaded) for part in deploy(at(0.8)).parts]
    split = look_up(MODEL).data.validation.take(slice(0, 200))
    measured = measure_exits(session, graphs, split)
    _, left = session.answers({"input": split.inputs})
    by_hand = sum(sum(graph.macs for graph in graphs[: stage + 1]) for stage in left) / len(left)
    assert measured["macs_average"].value == pytest.approx(by_hand)
    assert measured["travel_share"].value == pytest.approx((left == 2).mean())


@pytest.mark.parametrize(
    ("model", "cuts", "of"),
    [
        ("fashion-mnist/resnet8", (2, 6), [((16, 14, 14), False), ((32, 7, 7), False)]),
        ("fashion-mnist/lenet5", (2,), [((16, 5, 5), False)]),
        ("fashion-mnist/vit-tiny", (3, 8), [((16, 64), True), ((16, 64), True)]),
        ("watch/gru", (1,), [((32,), False)]),
    ],
)
def test_a_head_reads_maps_tokens_and_features_as_what_they_are(model, cuts, of) -> None:
    whole = look_up(model).deployed.parts[0].loaded
    points = exit_points(whole, Slicing(stages=len(cuts) + 1, cuts=cuts))
    assert [(point.of.shape, point.of.channels_last) for point in points] == of


@pytest.mark.parametrize("shape", [(5,), (6, 20), (20, 6), (3, 9, 9), (64, 1, 1)])
def test_a_head_answers_for_each_example_whatever_the_shape(shape: tuple[int, ...]) -> None:
    (head,) = exit_heads([ExitShape(shape, channels_last=shape == (20, 6))], 7)
    flat = torch.randn(4, int(np.prod(shape)))
    assert head.eval()(flat).shape == (4, 7)
    assert torch.equal(head(flat), head(flat.reshape(4, *shape)))


def test_an_activation_that_no_head_can_read_is_refused() -> None:
    with pytest.raises(ValueError, match="can't be attached"):
        ExitShape((2, 3, 4, 5))


@pytest.mark.parametrize("model", ["watch/cnn1d", "fashion-mnist/vit-tiny"])
def test_heads_run_the_same_in_onnx_as_in_torch(model: str) -> None:
    original = look_up(model).original.folded
    slicing, whole = Slicing(stages=2, threshold=1.0), look_up(model).deployed.parts[0].loaded
    (point,) = exit_points(whole, slicing)
    torch.manual_seed(0)
    heads = artifact.packed_file.exits.read(
        [[int(point.of.channels_last), *point.of.shape]], original.model
    )
    made = replace(original, slicing=slicing, exits=heads)
    examples = inputs(model, 8).numpy()
    session = stages(made)
    first = session.stages[0]
    names = [port.name for port in first.get_outputs()]
    sent = first.run(None, {first.get_inputs()[0].name: examples})
    read = next(at for at, name in enumerate(names) if name.startswith(f"{point.tensor}/"))
    by_torch = heads[0](torch.from_numpy(sent[read])).detach().numpy()
    np.testing.assert_allclose(sent[-1], by_torch, atol=1e-4)
    assert names[-1].startswith("exits.")


def test_the_files_for_devices_answer_early_and_the_words_say_how() -> None:
    content, said = zipped_stages(deploy(at(0.8)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first, *_, last = (archive.read(name) for name in archive.namelist())
    assert open_session(first).get_outputs()[-1].name.startswith("exits.")
    assert [port.name for port in open_session(last).get_outputs()] == ["logits"]
    assert "--threshold 0.8 and --answers ADDRESS" in said
