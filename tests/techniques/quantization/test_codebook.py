"""Codebooks against scikit-learn's k-means."""

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from compression.techniques.quantization.codebook import kmeans, make_codebook


def values(count: int = 3000, *, heavy: bool = False) -> np.ndarray:
    generator = np.random.default_rng(0)
    return 0.05 * (generator.standard_t(3, count) if heavy else generator.normal(size=count))


def inertia(points: np.ndarray, centres: np.ndarray, counts: np.ndarray | float = 1.0) -> float:
    return float((counts * ((points[:, None] - centres) ** 2).min(1)).sum())


@pytest.mark.parametrize("heavy", [False, True])
@pytest.mark.parametrize("count", [2, 3, 4, 8, 16, 64])
def test_as_good_as_scikit_learn(count, heavy):
    points = values(heavy=heavy)
    theirs = KMeans(count, n_init=2, random_state=0).fit(points[:, None]).inertia_
    assert inertia(points, kmeans(points, count)) <= 1.02 * theirs


def test_weights_count_as_much_as_they_matter():
    points, counts = values(), np.random.default_rng(1).uniform(0.01, 10, 3000)
    theirs = KMeans(8, n_init=2, random_state=0).fit(points[:, None], sample_weight=counts).inertia_
    ours = kmeans(points, 8, counts=counts)
    assert inertia(points, ours, counts) <= 1.02 * theirs
    assert inertia(points, ours, counts) < inertia(points, kmeans(points, 8), counts)


def test_a_gram_matrix_moves_levels_to_the_weights_of_busy_inputs():
    weight = torch.tensor(values(1000)).reshape(10, 100).float()
    energy = torch.logspace(-2, 2, 100)
    fitted = make_codebook(weight, 3, gram=torch.diag(energy)[None])
    plain = make_codebook(weight, 3)

    def loss(grid):
        return ((weight - torch.from_numpy(grid.round(weight.numpy()))) ** 2 * energy).sum()

    assert loss(fitted) < 0.9 * loss(plain)


@pytest.mark.parametrize(("bits", "count"), [(1, 2), (1.58, 3), (2, 4), (5, 32), (8, 256)])
def test_levels_are_half_precision_and_as_many_as_the_bits_allow(bits, count):
    grid = make_codebook(torch.from_numpy(values()).reshape(30, 100), bits)
    assert grid.levels.size == count and np.all(np.diff(grid.levels) > 0)
    assert np.array_equal(grid.levels, grid.levels.astype(np.float16))
    assert grid.scale.tolist() == [[1.0]] and grid.stored == "one"


def test_few_distinct_weights_are_kept_as_they_are():
    weight = torch.tensor([[0.5, -0.25, 0.5, 0.0], [0.0, 0.125, -0.25, -0.0]])
    grid = make_codebook(weight, 4)
    assert grid.levels.tolist() == [-0.25, 0.0, 0.125, 0.5]
    assert np.array_equal(grid.round(weight.numpy()), weight.numpy())


@pytest.mark.parametrize("bits", [1, 1.58, 2, 4])
def test_pruned_weights_stay_zero(bits):
    points = values()
    points[::2] = 0
    weight = torch.from_numpy(points).reshape(30, 100).float()
    rounded = make_codebook(weight, bits).round(weight.numpy())
    assert not rounded[weight.numpy() == 0].any() and rounded.any()


def test_all_weights_zero_is_one_level():
    assert make_codebook(torch.zeros(4, 9), 4).levels.tolist() == [0.0]
