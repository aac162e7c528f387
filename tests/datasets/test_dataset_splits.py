"""Every data set: what its card says, splits that share nothing, the same bytes each time."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

import datasets
from datasets import folders, watch

EVERY = list(datasets.DATASETS)
PARTS = ("train", "validation", "calibration", "test")


def fingerprints(split: datasets.Split) -> set[bytes]:
    return {hashlib.sha256(inputs.tobytes()).digest() for inputs in split.inputs}


@pytest.mark.parametrize("dataset_id", EVERY)
@pytest.mark.parametrize("part", PARTS)
def test_a_split_has_the_shape_and_the_classes_of_its_card(dataset_id, part):
    data = datasets.load(dataset_id)
    split = getattr(data, part)
    assert split.inputs.shape == (len(split), *data.card.input_shape)
    assert split.inputs.dtype == np.float32
    assert split.labels.dtype == np.int64
    assert set(split.labels) == set(range(len(data.card.classes)))


@pytest.mark.parametrize("dataset_id", EVERY)
def test_a_card_says_whether_each_training_example_is_of_a_known_person(dataset_id):
    data = datasets.load(dataset_id)
    assert data.card.has_people == (data.people is not None)
    assert data.people is None or len(data.people) == len(data.train)


@pytest.mark.parametrize("dataset_id", EVERY)
def test_train_validation_and_test_share_no_input(dataset_id):
    data = datasets.load(dataset_id)
    train, validation, test = map(fingerprints, (data.train, data.validation, data.test))
    assert train.isdisjoint(validation | test)
    assert validation.isdisjoint(test)


@pytest.mark.parametrize("dataset_id", EVERY)
def test_calibration_is_512_inputs_of_the_training_split(dataset_id):
    data = datasets.load(dataset_id)
    calibration = fingerprints(data.calibration)
    assert len(calibration) == 512
    assert calibration <= fingerprints(data.train)


@pytest.mark.parametrize("dataset_id", EVERY)
def test_training_inputs_are_normalised(dataset_id):
    inputs = datasets.load(dataset_id).train.inputs
    assert abs(inputs.mean()) < 0.02
    assert inputs.std() == pytest.approx(1, abs=0.02)


def test_the_test_sets_have_the_sizes_their_cards_promise():
    sizes = {dataset_id: len(datasets.load(dataset_id).test) for dataset_id in EVERY}
    assert sizes == {card.id: card.test_count for card in datasets.DATASETS.values()}
    assert sizes == {"fashion-mnist": 10_000, "digits": 540, "watch": 2_267}


@pytest.mark.parametrize(
    ("dataset_id", "part", "sha256"),
    [
        ("digits", "test", "12f9e0d92f950d5f"),
        ("watch", "test", "1be537c0cfb029f5"),
    ],
)
def test_a_split_is_the_same_on_every_machine(dataset_id, part, sha256):
    labels = getattr(datasets.load(dataset_id), part).labels
    assert hashlib.sha256(labels.astype("<i8").tobytes()).hexdigest()[:16] == sha256


def test_watch_is_split_by_person():
    _, _, people = watch.windows()
    count = {person: int((people == person).sum()) for person in range(1, 11)}
    data = datasets.load("watch")
    assert len(data.test) == count[8] + count[9] + count[10]
    assert len(data.validation) == count[7]
    assert len(data.train) == sum(count[person] for person in range(1, 7))


def test_no_watch_window_crosses_from_one_recording_into_the_next():
    lengths = np.diff(folders.read_bundle("watch.npz")["ends"], prepend=0)
    assert len(watch.windows()[0]) == sum((length - 128) // 32 + 1 for length in lengths)


def test_a_stratified_subset_keeps_the_proportions_and_repeats_itself():
    split = datasets.load("fashion-mnist").test
    first, again = split.stratified(1_000), split.stratified(1_000)
    assert np.bincount(first.labels).tolist() == [100] * 10
    assert np.array_equal(first.inputs, again.inputs)
    assert not np.array_equal(first.inputs, split.stratified(1_000, seed=1).inputs)


@pytest.mark.parametrize("n", [1, 7, 100, 539])
def test_a_stratified_subset_has_exactly_n_inputs(n):
    assert len(datasets.load("digits").test.stratified(n)) == n


@pytest.mark.parametrize("dataset_id", EVERY)
def test_of_a_draw_the_first_few_have_the_proportions_as_well(dataset_id):
    split = datasets.load(dataset_id).train
    shares = np.bincount(split.labels) / len(split)
    drawn = split.drawn(700, seed=3)
    for n in (70, 350, 700):
        assert np.abs(np.bincount(drawn.labels[:n]) - n * shares).max() <= 1
    assert fingerprints(drawn.take(slice(70))) == fingerprints(split.stratified(70, seed=3))


def test_a_subset_larger_than_the_split_is_the_split():
    split = datasets.load("digits").test
    assert split.stratified(10_000) is split


def test_loading_twice_gives_the_same_arrays():
    assert datasets.load("digits") is datasets.load("digits", full=False)


def test_an_unknown_data_set_is_refused_with_the_known_ones():
    with pytest.raises(datasets.DatasetError, match="fashion-mnist, digits, watch"):
        datasets.load("mnist")


def test_the_table_is_read_without_numpy():
    code = "import sys, datasets; sys.exit('numpy' in sys.modules or 'sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
