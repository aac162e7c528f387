"""The worker's answers about a quantized model, each against a way of its own to get there."""

import copy
import json
import math

import numpy as np
import pytest
import torch

from compression import artifact, insight, pipeline
from compression.deploy.runtimes import RUNTIMES
from compression.errors import UsageError
from compression.models.compressed import fold_batch_norm
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL = "digits/cnn"


def ask(question: str, step: str = "quantize:bits=3", **more: object) -> dict:
    recipe = Recipe.build(MODEL, [step]).model_dump()
    answer = insight.answer(question, {"model": MODEL, "recipe": recipe, **more})
    return json.loads(json.dumps(answer, allow_nan=False))


def names() -> list[str]:
    return [layer["name"] for layer in ask("weights")["layers"]]


@pytest.mark.parametrize(
    "step",
    [
        "quantize:bits=3",
        "quantize:bits=1.58,method=nearest",
        "quantize:bits=4,scheme=asymmetric,method=mse",
        "quantize:format=float,exponent=2,mantissa=1,group=32,scales=power-of-two",
        "quantize:format=codebook,bits=3",
    ],
)
def test_every_weight_of_the_channel_is_one_of_the_levels_told(step: str) -> None:
    found = ask("weights", step, layer=names()[1], channel=2)
    quantized = pipeline.compress(look_up(MODEL), Recipe.build(MODEL, [step])).module
    row = quantized.get_parameter(found["layer"]).detach()[2].flatten().numpy()
    row = row[: found["group"]] if found["group"] else row
    assert sum(found["used"]) == len(row) == sum(found["weights"]["counts"])
    distance = np.abs(row[:, None] - np.array(found["levels"])[None]).min(1)
    assert distance.max() <= 1e-6 * np.abs(row).max()


def test_what_is_shown_of_a_recipe_is_told_by_the_images_of_its_seed() -> None:
    first, other = (
        insight.answer(
            "layer_costs",
            {"model": MODEL, "recipe": Recipe.build(MODEL, ["quantize"], seed=seed).model_dump()},
        )
        for seed in (0, 1)
    )
    errors = [[layer["errors"] for layer in found["layers"]] for found in (first, other)]
    assert np.corrcoef(np.log(errors[0]).ravel(), np.log(errors[1]).ravel())[0, 1] > 0.98
    assert errors[0] != errors[1]


def test_the_noise_is_that_of_the_two_weights() -> None:
    found = ask("weights", "quantize:bits=4,method=nearest", layer=names()[0], channel=0)
    before = fold_batch_norm(look_up(MODEL).original).module
    after = pipeline.compress(
        look_up(MODEL), Recipe.build(MODEL, ["quantize:bits=4,method=nearest"])
    ).module
    old, new = (m.get_parameter(found["layer"]).detach()[0] for m in (before, after))
    assert found["rms_error"] == pytest.approx(float((new - old).square().mean().sqrt()), rel=1e-4)
    expected = 10 * math.log10(float(old.square().sum() / (new - old).square().sum()))
    assert found["sqnr_db"] == pytest.approx(expected, abs=1e-3)


def test_all_channels_lie_on_one_line_in_units_of_their_scales() -> None:
    found = ask("weights", "quantize:bits=3,method=nearest", layer=names()[1])
    assert found["unit"] == "scale"
    assert found["levels"] == [-3, -2, -1, 0, 1, 2, 3]
    module = fold_batch_norm(look_up(MODEL).original).module
    matrix = module.get_parameter(found["layer"]).detach().flatten(1)
    # A range that holds the largest weight of each channel, rounded to nearest.
    codes = (matrix / (matrix.abs().amax(1, keepdim=True) / 3)).round().clamp(-3, 3)
    counted = [int((codes == level).sum()) for level in range(-3, 4)]
    assert sum(abs(a - b) for a, b in zip(found["used"], counted, strict=True)) <= 2


def test_more_bits_lose_less_in_both_formats_and_by_six_decibels_each_where_fixed() -> None:
    """One bit more halves the step: 6.02 dB (Bennett, 1948)."""
    rows = ask("formats", layer=names()[1])["rows"]
    for name in ("int_db", "float_db"):
        column = [row[name] for row in rows]
        assert column == sorted(column)
    fixed = [row["int_db"] for row in rows]
    assert np.diff(fixed)[2:].mean() == pytest.approx(6.02, abs=0.5)


def test_rounding_nothing_and_everything_are_the_ends_of_the_sensitivity_scan() -> None:
    whole = ask("sensitivity", layer="")
    assert whole["kl_alone"] == pytest.approx(0, abs=1e-6)
    split = look_up(MODEL).data.validation.stratified(1000)
    with torch.no_grad():
        module = pipeline.compress(look_up(MODEL), Recipe.build(MODEL, ["quantize:bits=3"])).module
        right = module(torch.from_numpy(split.inputs)).argmax(1).numpy() == split.labels
    assert whole["quality_rest"] == pytest.approx(right.mean(), abs=1e-6)


def test_a_layer_alone_and_all_but_it_are_weights_swapped_by_hand() -> None:
    """Where each layer is rounded on its own, the scan is swapping single weights."""
    step = "quantize:bits=2,method=nearest,bias=kept"
    before = fold_batch_norm(look_up(MODEL).original).module.state_dict()
    after = pipeline.compress(look_up(MODEL), Recipe.build(MODEL, [step])).module
    split = look_up(MODEL).data.validation.stratified(1000)
    for path in ask("sensitivity", step, layer="")["layers"]:
        found = ask("sensitivity", step, layer=path)
        mine = f"{path}.weight"
        quantized = dict(after.state_dict())
        for name, weights in (
            ("quality_alone", {**before, mine: quantized[mine]}),
            ("quality_rest", {**quantized, mine: before[mine]}),
        ):
            module = copy.deepcopy(after)
            module.load_state_dict(weights)
            with torch.no_grad():
                right = module(torch.from_numpy(split.inputs)).argmax(1).numpy() == split.labels
            assert found[name] == pytest.approx(right.mean(), abs=1e-6)


def test_the_predicted_size_of_equal_bits_is_nearly_that_of_the_packed_file() -> None:
    costs = ask("layer_costs")
    recipe = Recipe.build(MODEL, ["quantize:bits=4"])
    place = costs["bits"].index(4)
    predicted = costs["other_bytes"] + sum(layer["bytes"][place] for layer in costs["layers"])
    real = len(artifact.pack(pipeline.compress(look_up(MODEL), recipe), recipe).data)
    assert predicted == pytest.approx(real, rel=0.03)


def test_the_errors_of_layers_fall_with_their_bits() -> None:
    for layer in ask("layer_costs")["layers"]:
        assert layer["errors"] == sorted(layer["errors"], reverse=True)
        assert layer["errors"][-1] < 0.001 < layer["errors"][0] < 1.5


def test_a_training_is_looked_at_before_it_is_trained() -> None:
    trained = ask("weights", "quantize:bits=3,method=qat")
    plain = ask("weights", "quantize:bits=3,method=refit")
    assert trained["levels"] == plain["levels"]


@pytest.mark.parametrize(
    ("question", "step", "more", "says"),
    [
        ("weight", "quantize", {}, "no question"),
        ("weights", "prune", {}, "ends with quantize"),
        ("weights", "quantize", {"layer": "fc9.weight"}, "no layer"),
        ("weights", "quantize", {"channel": 9999}, "channels 0 to"),
        ("sensitivity", "quantize", {"layer": "nothing"}, "no layer"),
    ],
)
def test_a_wrong_question_is_refused_in_one_sentence(question, step, more, says) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        ask(question, step, **more)
    assert "\n" not in str(refusal.value)


def test_runtimes_that_are_not_installed_say_what_would_help() -> None:
    rows = ask("runtimes", "quantize:bits=8")
    ours = rows[0]
    assert ours["name"] == "ONNX Runtime" and ours["quality"] > 0.9 and ours["speedup"] > 0
    assert all(row["speedup"] is not None or row["reason"] for row in rows)
    shown = {row["name"] for row in rows}
    for runtime in RUNTIMES.values():
        assert (runtime.name in shown) == (runtime.takes == "onnx" or not runtime.reason)
