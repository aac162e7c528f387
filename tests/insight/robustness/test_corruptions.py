"""Corruptions: each is what it says, grows with severity, and comes out the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from compression import insight
from compression.insight.robustness.corruptions import PICTURES, SIGNALS, corrupted
from compression.recipe import Recipe

RANDOM = np.random.RandomState(0)
SMOOTH = np.cumsum(RANDOM.randn(6, 1, 28, 28), axis=-1)
IMAGES = ((SMOOTH - SMOOTH.min()) / np.ptp(SMOOTH)).astype(np.float32)
MOVES = np.cumsum(0.1 * RANDOM.randn(20, 6, 128), axis=-1).astype(np.float32)


def moved(name: str, severity: int) -> np.ndarray:
    pictures = name in PICTURES and name != "Noise"
    inputs, ends = (IMAGES, (0.0, 1.0)) if pictures else (MOVES, None)
    if name == "Noise":
        inputs, ends = IMAGES, (0.0, 1.0)
    return corrupted(inputs, name, severity, ends) - inputs


@pytest.mark.parametrize("name", [*PICTURES, "Drop-out", "Drift"])
def test_a_higher_severity_moves_inputs_further(name: str) -> None:
    sizes = [float(np.abs(moved(name, severity)).mean()) for severity in (1, 2, 3, 4, 5)]
    assert sizes == sorted(sizes) and sizes[0] > 0
    assert np.array_equal(moved(name, 3), moved(name, 3))


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_stay_between_their_ends(name: str) -> None:
    found = corrupted(3 * IMAGES - 1, name, 5, (-1.0, 2.0))
    assert found.dtype == np.float32 and found.shape == IMAGES.shape
    assert found.min() >= -1 - 1e-6 and found.max() <= 2 + 1e-6


def test_blur_is_that_of_scipy() -> None:
    from scipy.ndimage import gaussian_filter

    ours = corrupted(IMAGES, "Blur", 3, (0.0, 1.0))
    theirs = gaussian_filter(IMAGES, (0, 0, 0.9, 0.9), mode="reflect")
    assert np.abs(ours - theirs).max() < 1e-4


def test_drop_out_holds_the_last_sample_that_arrived() -> None:
    found = corrupted(MOVES, "Drop-out", 3, None)
    held = np.all(found[..., 1:] == found[..., :-1], axis=1)
    assert np.array_equal(found[..., 0], MOVES[..., 0])
    assert held.mean() == pytest.approx(0.4, abs=0.05)


def test_drift_is_a_slope_to_the_said_height() -> None:
    slope = corrupted(MOVES, "Drift", 5, None) - MOVES
    assert np.abs(slope[..., -1]) == pytest.approx(np.full((20, 6), 2.0), abs=1e-4)
    assert np.abs(np.diff(slope, axis=-1, n=2)).max() < 1e-4


@pytest.mark.parametrize(("model", "kinds"), [("digits/mlp", PICTURES), ("watch/cnn1d", SIGNALS)])
def test_pictures_and_signals_each_have_their_own_kinds(model: str, kinds: dict) -> None:
    recipe = Recipe.build(model, ["quantize:bits=4"]).model_dump(mode="json")
    found = insight.answer("bad_inputs", {"model": model, "recipe": recipe})
    assert [kind["name"] for kind in found["kinds"]] == list(kinds)
    for kind in found["kinds"]:
        assert len(kind["drawn"]) == len(kind["compressed"]) == len(found["severities"]) == 6
        assert kind["compressed"][0]["value"] > kind["compressed"][-1]["value"]
