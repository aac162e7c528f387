"""Training: reproducible by seed, told epoch by epoch, written only where it is asked to be."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from compression.errors import LabError
from compression.models import augment, record
from compression.models.catalogue import WEIGHTS
from compression.models.plans import PLANS
from compression.models.train import train
from compression.training.checkpoints import Checkpoint
from compression.training.progress import Epoch

SHORT = replace(PLANS["digits/mlp"], epochs=4)


def short_run(seed: int = 0, **options):
    return train("digits/mlp", seed=seed, plan=SHORT, **options)


@pytest.fixture(scope="module")
def result():
    return short_run()


def weights(result) -> torch.Tensor:
    return torch.cat([parameter.detach().ravel() for parameter in result.model.parameters()])


def test_equal_seeds_give_equal_weights_and_other_seeds_others(result):
    assert torch.equal(weights(result), weights(short_run()))
    assert not torch.equal(weights(result), weights(short_run(seed=1)))


def test_a_kill_before_the_accuracy_is_known_loses_no_training(monkeypatch):
    plan = replace(SHORT, epochs=1, random="each epoch")
    kept = Checkpoint("digits-mlp-0")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("compression.models.train.accuracy_of", _killed)
        train("digits/mlp", plan=plan)
    assert kept.path.exists()
    train("digits/mlp", plan=plan)
    assert not kept.path.exists()


def _killed(*_):
    raise KeyboardInterrupt


def test_training_leaves_the_callers_random_numbers_and_threads_alone():
    torch.manual_seed(5)
    expected, threads = torch.rand(3), torch.get_num_threads()
    torch.manual_seed(5)
    short_run()
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads


def test_each_epoch_is_reported_and_the_best_one_kept():
    told = []
    result = short_run(report=told.append)
    assert [epoch.number for epoch in told] == [1, 2, 3, 4]
    assert told[-1].seconds_left == 0
    assert told[-1].loss < told[0].loss
    assert result.validation_accuracy == max(epoch.validation for epoch in told)
    assert told[result.epoch - 1].validation == result.validation_accuracy


def test_a_training_that_diverges_is_an_error_in_one_sentence():
    with pytest.raises(LabError, match="The training of digits/mlp failed: The loss was"):
        train("digits/mlp", plan=replace(SHORT, optimizer="sgd", learning_rate=1e6))


def test_a_few_epochs_learn_the_digits(result):
    assert result.accuracy > 0.9
    assert result.test_count == 540
    assert result.parameters == 2_410
    assert result.wall_s > 0


def test_training_writes_nothing_and_saving_writes_into_the_given_folder(result, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in WEIGHTS.rglob("*")}
    path = record.save(result, tmp_path)
    assert path == tmp_path / "digits" / "mlp.safetensors"
    saved = load_file(path)
    assert all(torch.equal(saved[name], value) for name, value in result.model.state_dict().items())
    zoo = json.loads((tmp_path / "zoo.json").read_text())
    assert zoo["digits/mlp"]["accuracy"] == result.accuracy
    assert {path: path.stat().st_mtime_ns for path in WEIGHTS.rglob("*")} == before


def test_saving_a_second_model_keeps_the_first_ones_record(result, tmp_path):
    (tmp_path / "zoo.json").write_text('{"digits/cnn": {"accuracy": 0.5}}')
    record.save(result, tmp_path)
    assert set(json.loads((tmp_path / "zoo.json").read_text())) == {"digits/cnn", "digits/mlp"}


@pytest.mark.parametrize("name", augment.AUGMENTATIONS)
def test_an_augmentation_keeps_shape_and_repeats_itself_for_a_seed(name):
    batch = torch.randn(8, 6, 128) if name == "wear" else torch.randn(8, 1, 28, 28)
    change = augment.AUGMENTATIONS[name]
    before = batch.clone()
    one, other = (change(batch, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(batch, before)
    assert one.shape == batch.shape
    assert torch.equal(one, other)


def test_a_crop_moves_an_image_without_bending_it():
    batch = torch.zeros(64, 1, 28, 28)
    batch[:, :, 13:15, 13:15] = 1
    moved = augment.crop_flip(batch, torch.Generator().manual_seed(0))
    assert torch.equal(moved.sum((1, 2, 3)), torch.full((64,), 4.0))
    rows, columns = moved.amax((0, 1, 3)).nonzero(), moved.amax((0, 1, 2)).nonzero()
    assert (rows.min(), rows.max()) == (11, 16)
    assert (columns.min(), columns.max()) == (11, 16)


def test_turning_a_watch_keeps_every_length_and_angle():
    turns = augment.rotations(100, torch.Generator().manual_seed(0))
    torch.testing.assert_close(turns @ turns.mT, torch.eye(3).expand(100, 3, 3))
    torch.testing.assert_close(torch.linalg.det(turns), torch.ones(100))
    angles = torch.arccos((turns.diagonal(dim1=1, dim2=2).sum(1) - 1) / 2)
    assert angles.square().mean().sqrt() == pytest.approx(augment.TURN * 3**0.5, rel=0.15)


def test_the_other_arm_of_the_other_arm_is_the_arm_itself_and_keeps_its_handedness():
    felt = torch.randn(4, 6, 128)
    mirrored = augment.other_arm(felt)
    assert torch.equal(augment.other_arm(mirrored), felt)
    # A true vector's cross product is axial: it must come out as the mirrored rotation does.
    cross = torch.linalg.cross(felt[:, :3], felt[:, :3].roll(1, dims=2), dim=1)
    again = torch.linalg.cross(mirrored[:, :3], mirrored[:, :3].roll(1, dims=2), dim=1)
    both = torch.cat([felt[:, :3], cross], dim=1)
    torch.testing.assert_close(augment.other_arm(both)[:, 3:], again)


def test_a_training_of_many_minutes_goes_on_after_it_was_killed_and_is_then_forgotten(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    long = replace(SHORT, epochs=3, random="each epoch")
    whole = train("digits/mlp", plan=long).model.state_dict()
    seen: list[int] = []

    def killed(epoch: Epoch) -> None:
        seen.append(epoch.number)
        if epoch.number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train("digits/mlp", plan=long, report=killed)
    again = train("digits/mlp", plan=long, report=lambda epoch: seen.append(epoch.number))
    assert seen == [1, 2, 3]
    assert all(torch.equal(again.model.state_dict()[name], value) for name, value in whole.items())
    assert list((tmp_path / "training").glob("*.safetensors")) == []


def test_of_every_fourth_image_a_rectangle_is_hidden_and_the_rest_is_shifted_and_mirrored() -> None:
    images = torch.rand(2000, 1, 28, 28) + 1
    moved = augment.crop_flip(images, torch.Generator().manual_seed(0))
    erased = augment.crop_flip_erase(images, torch.Generator().manual_seed(0))
    hidden = (moved != erased).squeeze(1)
    assert (erased.squeeze(1)[hidden] == images.min()).all()
    touched = hidden.flatten(1).any(1)
    assert 0.2 < touched.float().mean() < 0.3
    for one in hidden[touched][:50]:
        rows, columns = one.any(1).nonzero().flatten(), one.any(0).nonzero().flatten()
        assert len(rows) <= 14 and len(columns) <= 14
