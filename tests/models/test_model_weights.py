"""The committed weights: as accurate as promised on the whole test set, and as `zoo.json` says."""

import json

import pytest
import torch

import datasets
from compression import models
from compression.models.catalogue import WEIGHTS
from compression.models.train import accuracy_of

AT_LEAST = {
    "fashion-mnist/mlp": 0.895,
    "fashion-mnist/lenet5": 0.900,
    "fashion-mnist/ds-cnn": 0.895,
    "fashion-mnist/resnet8": 0.925,
    "fashion-mnist/vit-tiny": 0.880,
    "fashion-mnist/supernet": 0.915,
    "digits/mlp": 0.975,
    "digits/cnn": 0.990,
    "watch/cnn1d": 0.860,
    "watch/gru": 0.830,
}
ZOO = json.loads((WEIGHTS / "zoo.json").read_text())


def test_every_model_has_its_entry():
    assert set(ZOO) == set(AT_LEAST) == set(models.MODELS)


@pytest.mark.parametrize("model_id", AT_LEAST)
def test_accuracy_on_the_whole_test_set_is_the_recorded_one_and_enough(model_id):
    data = datasets.load(models.MODELS[model_id].dataset)
    accuracy = accuracy_of(models.load(model_id), data.test)
    # Another processor may sum in another order and tip an undecided input or two.
    assert accuracy == pytest.approx(ZOO[model_id]["accuracy"], abs=2.1 / len(data.test))
    assert accuracy >= AT_LEAST[model_id]
    assert ZOO[model_id]["n"] == len(data.test) == data.card.test_count


@pytest.mark.parametrize("model_id", AT_LEAST)
def test_the_record_agrees_with_the_catalogue(model_id):
    card, record = models.MODELS[model_id], ZOO[model_id]
    assert (record["parameters"], record["macs"]) == (card.parameters, card.macs)
    assert record["train_wall_s"] > 0
    assert record["train_cpu_s"] > 0


@pytest.mark.parametrize("model_id", AT_LEAST)
def test_weights_are_finite_and_in_single_precision(model_id):
    for name, value in models.load(model_id).state_dict().items():
        assert torch.isfinite(value).all(), name
        assert value.dtype == (
            torch.int64 if name.endswith("num_batches_tracked") else torch.float32
        )


def test_each_model_has_its_own_hash():
    hashes = {models.weights_hash(model_id) for model_id in models.MODELS}
    assert len(hashes) == len(models.MODELS)
    assert all(len(value) == 64 for value in hashes)


def test_weights_and_bundled_data_stay_under_20_megabytes():
    folders = (WEIGHTS, datasets.folders.BUNDLED)
    assert sum(p.stat().st_size for f in folders for p in f.rglob("*") if p.is_file()) < 20e6
