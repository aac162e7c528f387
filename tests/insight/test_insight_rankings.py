"""What the pruning panels are told, against numpy and against models that are really pruned."""

import base64
import json

import numpy as np
import pytest
from scipy.stats import spearmanr

from compression import insight, pipeline
from compression.errors import UsageError
from compression.models.compressed import trained_weight
from compression.recipe import Recipe
from compression.store import bundled
from compression.subjects import look_up

MODEL = "digits/cnn"


def ask(question: str, step: str = "prune", model: str = MODEL, **more: object) -> dict:
    recipe = Recipe.build(model, [step]).model_dump()
    answer = insight.answer(question, {"model": model, "recipe": recipe, **more})
    return json.loads(json.dumps(answer, allow_nan=False))


def originals(model: str = MODEL) -> dict[str, np.ndarray]:
    module = look_up(model).original.module
    names = [layer["name"] for layer in ask("weight_ranking", model=model)["layers"]]
    return {name: module.get_parameter(name).detach().numpy() for name in names}


def pruned(step: str, model: str = MODEL) -> dict[str, np.ndarray]:
    """The trained weights of a model that is really pruned, as matrices."""
    done = pipeline.compress(look_up(model), Recipe.build(model, [step]))
    return {name: trained_weight(done, name).flatten(1).numpy() for name in originals(model)}


def decoded(text: str, kind: str, shape: list[int]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind).reshape(shape)


def holes(step: str, layer: str, sparsity: float) -> np.ndarray:
    found = ask("weight_matrix", step, layer=layer)
    count = found["gone"][found["levels"].index(sparsity)]
    return decoded(found["ranks"], "<u4", found["shown"]) < count


def lamp(weight: np.ndarray) -> np.ndarray:
    """Lee et al., 2021, equation 1, one weight at a time."""
    squares = weight.astype(np.float64).ravel() ** 2
    return np.array([s / squares[squares >= s].sum() for s in squares])


@pytest.mark.parametrize("score", ["magnitude", "lamp"])
def test_the_cut_takes_the_lowest_scores_of_the_whole_model(score: str) -> None:
    weights = originals()
    by_hand = {
        n: np.abs(w).ravel() if score == "magnitude" else lamp(w) for n, w in weights.items()
    }
    everything = np.sort(np.concatenate(list(by_hand.values())))
    found = ask("weight_ranking", f"prune:score={score},repair=none")
    for sparsity in (0.2, 0.5, 0.9):
        count = round(sparsity * everything.size)
        place = found["levels"].index(sparsity)
        for layer in found["layers"]:
            expected = int((by_hand[layer["name"]] < everything[count]).sum())
            assert abs(layer["gone"][place] - expected) <= 1
        assert sum(layer["gone"][place] for layer in found["layers"]) == count
    lowest = np.sort(by_hand[found["layer"]])
    mine = next(layer for layer in found["layers"] if layer["name"] == found["layer"])
    np.testing.assert_allclose(
        found["kept_from"], lowest[np.minimum(mine["gone"], lowest.size - 1)], rtol=1e-5
    )


@pytest.mark.parametrize(
    ("step", "sparsity"),
    [
        ("prune:score=magnitude,repair=none", 0.5),
        ("prune:score=lamp,repair=none", 0.94),
        ("prune:score=lamp,repair=refit", 0.7),
        ("prune:score=obs,allocation=uniform,repair=bias", 0.6),
        ("prune:score=wanda,allocation=sensitivity,repair=refit", 0.5),
        ("prune:score=taylor,repair=none", 0.3),
        ("prune:layers=conv2=0.2,repair=refit", 0.6),
        ("prune:repair=refit,gradual=off", 0.9),
    ],
)
def test_the_holes_are_the_zeros_of_the_model_that_is_pruned(step: str, sparsity: float) -> None:
    separator = "," if ":" in step else ":"
    for layer, weight in pruned(f"{step}{separator}sparsity={sparsity}").items():
        rows, columns = (mask := holes(step, layer, sparsity)).shape
        zeros = (weight == 0)[:rows, :columns]
        np.testing.assert_array_equal(mask, zeros)


def test_the_position_of_the_slider_changes_no_answer() -> None:
    for question in ("weight_ranking", "weight_matrix"):
        assert ask(question, "prune:sparsity=0.2") == ask(question, "prune:sparsity=0.9")


def test_a_layer_is_told_by_its_sorted_scores_and_its_channels() -> None:
    found = ask("weight_ranking", "prune:score=magnitude", layer="conv2.weight")
    size = np.abs(originals()["conv2.weight"]).reshape(32, -1)
    ordered = np.sort(size, axis=None)
    curve = found["curve"]
    assert len(curve["scores"]) <= 400
    np.testing.assert_allclose(curve["scores"], ordered[curve["ranks"]], rtol=1e-6)
    assert (curve["ranks"][0], curve["ranks"][-1]) == (0, ordered.size - 1)
    np.testing.assert_allclose(found["importance"], size.sum(1), rtol=1e-5)
    for place in (10, 40):
        expected = (size < found["kept_from"][place]).sum(1)
        np.testing.assert_array_equal(found["gone"][place], expected)


@pytest.mark.parametrize("model", [MODEL, "watch/gru"])
def test_multiplications_by_layer_add_up_to_the_models(model: str) -> None:
    found = ask("weight_ranking", model=model)
    original = bundled.points(model)[Recipe(model=model).key]
    each = sum(layer["values"] * layer["macs_each"] for layer in found["layers"])
    assert each == original.value("macs")


def test_a_pattern_has_two_holes_among_four_input_channels_and_no_line() -> None:
    found = ask("weight_matrix", "prune:pattern=2:4", layer="conv2.weight")
    mask = decoded(found["ranks"], "<u4", found["shown"]) < found["gone"][0]
    assert (mask.reshape(len(mask), -1, 4, 9).sum(2) == 2).all()
    ranked = ask("weight_ranking", "prune:pattern=2:4", layer="conv2.weight")
    whole, *halved = [layer["values"] for layer in ranked["layers"]]  # the first sees one channel
    assert ranked["levels"] == pytest.approx([sum(halved) / 2 / (whole + sum(halved))])
    assert ranked["kept_from"] == []
    assert np.mean(ranked["kept_near"]) == pytest.approx(0.5, abs=0.02)
    assert ranked["kept_near"][0] < 0.2 < 0.8 < ranked["kept_near"][-1]


def test_colours_are_the_trained_weights_and_holes_the_finished_models_zeros() -> None:
    found = ask("weight_matrix", layer="conv2.weight")
    matrix = originals()["conv2.weight"].reshape(32, -1)
    values = decoded(found["values"], "i1", found["shown"]) * found["limit"] / 127
    inside = np.abs(matrix) <= found["limit"]
    assert inside.mean() == pytest.approx(0.99, abs=0.001)
    np.testing.assert_allclose(values[inside], matrix[inside], atol=0.51 * found["limit"] / 127)
    after = ask("pruned_matrix", "prune:sparsity=0.9", layer="conv2.weight")
    finished = pruned("prune:sparsity=0.9")["conv2.weight"]
    np.testing.assert_array_equal(
        decoded(after["values"], "i1", found["shown"]) == -128, finished == 0
    )
    kept = finished != 0
    moved = np.sqrt(np.mean((finished - matrix)[kept] ** 2))
    assert after["changed"] == pytest.approx(moved, rel=1e-5)
    assert after["zeros"] == (finished == 0).sum()


def test_of_a_large_weight_the_first_rows_and_columns_are_shown() -> None:
    found = ask("weight_matrix", model="fashion-mnist/mlp", layer="fc1.weight")
    assert (found["shape"], found["shown"]) == ([256, 784], [96, 640])
    matrix = originals("fashion-mnist/mlp")["fc1.weight"][:96, :640]
    signs = np.sign(decoded(found["values"], "i1", [96, 640]).astype(int))
    assert (signs == np.sign(matrix))[np.abs(matrix) > 0.01].all()


@pytest.mark.parametrize("against", ["magnitude", "random", "taylor"])
def test_two_rankings_are_compared_by_spearman_and_by_what_goes(against: str) -> None:
    found = ask("rankings_compared", "prune:score=obs", against=against)
    layers = originals()
    place = found["levels"].index(0.6)
    masks = {
        s: [holes(f"prune:score={s}", layer, 0.6).ravel() for layer in layers]
        for s in ("obs", against)
    }
    one, other = (np.concatenate(masks[s]) for s in ("obs", against))
    assert found["same"][place] == pytest.approx((one & other).sum() / one.sum())
    if against == "random":
        assert found["same"][place] == pytest.approx(found["chance"][place], abs=0.03)
        assert abs(found["spearman"]) < 0.05
    else:
        assert found["same"][place] > found["chance"][place] + 0.05
    assert found["same"][0] is None


def test_rank_correlation_is_that_of_scipy_ties_included() -> None:
    from compression.insight.pruning.ranking_comparison import spearman

    random = np.random.default_rng(0)
    one, other = random.integers(0, 9, (2, 500)).astype(float)
    other += one
    assert spearman(one, other) == pytest.approx(spearmanr(one, other).statistic)
    assert spearman(one, np.ones(500)) is None


@pytest.mark.parametrize("score", ["obs", "l1", "fpgm", "random"])
@pytest.mark.parametrize("ratio", [0.25, 0.75])
def test_the_channels_that_stay_are_those_of_the_model_that_is_pruned(score, ratio) -> None:
    """Without repair, what is left of a weight is the original's own rows and columns."""
    step = f"prune-channels:score={score},multiple=1,repair=none"
    small = pipeline.compress(look_up(MODEL), Recipe.build(MODEL, [f"{step},ratio={ratio}"]))
    found = ask("channel_ranking", step)
    widths = dict(
        zip(
            (group["name"] for group in found["groups"]),
            found["widths"][found["levels"].index(ratio)],
            strict=True,
        )
    )
    for group in found["groups"]:
        layer, rows = group["witness"]
        assert small.module.get_parameter(layer).shape[0] == widths[group["name"]] * rows
    for layer in originals():
        told = ask("channel_matrix", step, layer=layer)
        stay = [
            [
                place
                for place, rank in enumerate(axis["ranks"])
                if rank < 0 or rank >= axis["size"] - widths.get(axis["group"], 0)
            ]
            for axis in (told["rows"], told["columns"])
        ]
        expected = originals()[layer][np.ix_(*stay)].reshape(len(stay[0]), -1)
        np.testing.assert_allclose(
            trained_weight(small, layer).flatten(1).numpy(), expected, rtol=1e-4, atol=1e-6
        )


def test_a_groups_channels_are_told_from_the_least_important_on() -> None:
    found = ask("channel_ranking", "prune-channels:score=l2")
    for group in found["groups"]:
        assert group["importance"] == sorted(group["importance"])
        assert group["error"] == sorted(group["error"]) and group["error"][0] == 0
        assert sorted(group["order"]) == list(range(group["size"]))
    first = found["groups"][0]
    size = np.linalg.norm(originals()["conv1.weight"].reshape(16, -1), axis=1)
    assert first["order"] == np.argsort(size, kind="stable").tolist()
    assert found["parameters"] == sorted(found["parameters"], reverse=True)
    assert found["parameters"][0] == found["all_parameters"]


@pytest.mark.parametrize(
    ("question", "step", "more", "says"),
    [
        ("weight_ranking", "quantize", {}, "ends with prune has"),
        ("weight_ranking", "prune", {"layer": "fc9.weight"}, "no layer"),
        ("rankings_compared", "prune", {"against": "beauty"}, "no score"),
        ("channel_ranking", "prune", {}, "ends with prune-channels"),
        ("channel_matrix", "prune-channels", {"layer": "fc9.weight"}, "no layer"),
    ],
)
def test_a_wrong_question_is_refused_in_one_sentence(question, step, more, says) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        ask(question, step, **more)
    assert "\n" not in str(refusal.value)
