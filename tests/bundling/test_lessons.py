"""The numbers that lessons ship: made by the rules that the texts name, of the weights that ship now."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from compression.bundling.lessons.__main__ import PICTURES
from compression.bundling.lessons.answers import ATTACKED, CHANNELS
from compression.bundling.lessons.kernel import BITS, IMAGES, MODEL, kernel
from compression.bundling.lessons.shared_out import averaged, cut
from compression.insight.quantization.one_layer import rounded_alone
from compression.lessons.made import made
from compression.lessons.pictures.weights import softened
from compression.lessons.shipped import shipped
from compression.models.compressed import fold_batch_norm
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.shared.layerwise import layers


@pytest.mark.slow
def test_the_steps_of_the_kernel_end_where_the_library_s_gptq_does() -> None:
    """Written once more to keep every step; the result is that of the technique itself."""
    told, subject = kernel(), look_up(MODEL)
    folded = fold_batch_norm(subject.original)
    first = layers(folded.module)[0]
    step = Quantize(bits=BITS, method="gptq")
    images = subject.calibration_for(0, IMAGES)
    done = rounded_alone(folded, step, {first.name: BITS}, images, seed=0, paths=[first.path])
    row = layers(done.module)[0].matrix[0, told["channel"]].tolist()
    assert told["frames"][-1] == pytest.approx(row, abs=1e-4)
    assert told["error"] < told["nearest_error"]


@pytest.mark.slow
@pytest.mark.parametrize("make", [kernel, cut, averaged])
def test_what_ships_is_what_is_made_now(make) -> None:
    again, ships = make(), made(make.__name__)
    assert again.keys() == ships.keys()
    for name, value in ships.items():
        if isinstance(value, float):
            assert again[name] == pytest.approx(value, rel=0.05, abs=0.02), name


def test_every_picture_ships() -> None:
    assert all(made(name) for name in PICTURES)


@pytest.mark.parametrize("steps", ["", *CHANNELS])
def test_the_classes_add_up_to_the_accuracy_of_the_point(steps: str) -> None:
    """The point was measured by another way and another day."""
    told = made("classes")
    point = shipped(told["model"])[Recipe.build(told["model"], [steps] if steps else []).key]
    share = sum(told["right"][steps]) / sum(told["counted"])
    assert share == pytest.approx(point.value("accuracy"), abs=0.003)


@pytest.mark.parametrize("steps", ATTACKED)
def test_no_attack_that_is_stronger_leaves_more_right(steps: str) -> None:
    values = [row["value"] for row in made("attacked")["compressed"][steps]]
    assert values == sorted(values, reverse=True)


def test_a_mean_of_weights_is_the_mean_by_examples() -> None:
    told = made("averaged")
    assert told["mean"] == pytest.approx(
        np.average(told["weights"], weights=told["sizes"]), abs=1e-3
    )


@pytest.mark.parametrize("temperature", [1, 4, 16])
def test_warmed_scores_are_those_of_torch(temperature: float) -> None:
    logits = made("warmed")["logits"]
    expected = torch.softmax(torch.tensor(logits, dtype=torch.float64) / temperature, 0)
    assert softened(logits, temperature) == pytest.approx(expected.tolist())
