"""A graph cut anywhere that it can be cut: the same answers, only its own weights, and a sentence where it can't be."""

from __future__ import annotations

from functools import cache

import numpy as np
import onnx
import pytest

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Deployment
from compression.deploy.slicing.layers import MOST_TENSORS, layers_of
from compression.errors import UsageError
from compression.models.catalogue import MODELS
from compression.recipe import Recipe
from compression.subjects import look_up

MODEL_NAMES = list(MODELS)
CHAINS = [
    [],
    ["quantize:bits=8,activations=8"],
    ["prune:sparsity=0.5", "quantize:bits=4,activations=6"],
]
models = pytest.mark.parametrize("model", MODEL_NAMES)


@cache
def examples(model: str) -> np.ndarray:
    return look_up(model).data.test.inputs[:64]


def deployed(model: str, *steps: str) -> Deployment:
    return deploy(pipeline.compress(look_up(model), Recipe.build(model, steps)))


def answers(deployment: Deployment, model: str) -> np.ndarray:
    return deployment.exact_session().run(None, {"input": examples(model)})[0]


def points(model: str, *steps: str) -> int:
    (whole,) = deployed(model, *steps).parts
    return len(layers_of(whole.loaded).points)


@models
@pytest.mark.parametrize("chain", CHAINS, ids=len)
def test_cut_at_any_point_it_answers_as_the_whole_model(model: str, chain: list[str]) -> None:
    expected = answers(deployed(model, *chain), model)
    for cut in range(1, points(model, *chain) + 1):
        halves = deployed(model, *chain, f"slice:cuts={cut}")
        assert len(halves.parts) == 2
        assert np.abs(answers(halves, model) - expected).max() <= 1e-5


@models
def test_cut_at_all_points_each_part_has_only_its_own_weights(model: str) -> None:
    (whole,) = deployed(model).parts
    count = min(points(model), 7)
    cuts = "+".join(map(str, range(1, count + 1)))
    parts = deployed(model, f"slice:stages={count + 1},cuts={cuts}").parts
    names = [[item.name for item in initializers(part.loaded)] for part in parts]
    assert sorted(sum(names, [])) == sorted(item.name for item in initializers(whole.loaded))


def initializers(model: bytes) -> list[onnx.TensorProto]:
    return list(onnx.load_from_string(model).graph.initializer)


@models
def test_every_part_is_a_valid_file(model: str) -> None:
    for part in deployed(model, "slice:link_dtype=int8").parts:
        onnx.checker.check_model(onnx.load_from_string(part.loaded), full_check=True)


@models
def test_few_tensors_cross_and_an_int8_graph_is_cut_where_its_original_is(model: str) -> None:
    (whole,) = deployed(model).parts
    found = layers_of(whole.loaded)
    assert 1 <= len(found.points) == len(found.layers) - 1
    assert all(1 <= len(point.tensors) <= MOST_TENSORS for point in found.points)
    assert points(model, "quantize:bits=8,activations=8") == len(found.points)


def test_bytes_on_links_are_those_of_the_tensors_by_hand() -> None:
    hidden = 256  # the width of the first hidden layer, by its card
    sent = {
        dtype: deployed("fashion-mnist/mlp", f"slice:cuts=1,link_dtype={dtype}").links[0].bytes
        for dtype in ("fp32", "fp16", "int8")
    }
    assert sent == {"fp32": 4 * hidden, "fp16": 2 * hidden, "int8": hidden + 8}


def test_a_link_of_a_known_speed_takes_bits_over_speed() -> None:
    (link,) = deployed("fashion-mnist/mlp", "slice:cuts=1,link_mbps=2").links
    assert link.latency_ms == pytest.approx(1024 * 8 / 2e6 * 1000)


@pytest.mark.parametrize(("dtype", "steps"), [("fp16", 2**10), ("int8", 255)])
def test_rounding_on_a_link_is_as_fine_as_its_numbers(dtype: str, steps: int) -> None:
    model = "digits/mlp"
    whole, rounded = (
        deployed(model, "slice:cuts=1"),
        deployed(model, f"slice:cuts=1,link_dtype={dtype}"),
    )
    feed = {"input": examples(model)}
    hidden, came = (whole_way(each, feed) for each in (whole, rounded))
    error = np.abs(came - hidden).max(axis=1)
    assert (error > 0).any()
    assert (error <= 0.51 * hidden.max(axis=1) / steps + 1e-7).all()
    assert (came[hidden == 0] == 0).all()


def whole_way(deployment: Deployment, feed: dict[str, np.ndarray]) -> np.ndarray:
    """What the second part computes its first layer of: read behind its link's nodes."""
    from compression.deploy.runtime import open_session, run_exposed

    first, second = (part.loaded for part in deployment.parts)
    session = open_session(first)
    sent = dict(zip([p.name for p in session.get_outputs()], session.run(None, feed), strict=True))
    graph = onnx.load_from_string(second)
    (name,) = {node.input[0] for node in graph.graph.node if node.op_type == "Gemm"}
    return run_exposed(graph, sent, [name])[name]


def test_an_example_is_rounded_alike_in_any_batch() -> None:
    session = deployed("digits/cnn", "slice:link_dtype=int8").session()
    together = session.run(None, {"input": examples("digits/cnn")})[0]
    alone = [session.run(None, {"input": examples("digits/cnn")[i : i + 1]})[0] for i in range(8)]
    assert np.allclose(np.concatenate(alone), together[:8], atol=1e-5)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ("slice:stages=3", r"can be cut at 1 place, into at most 2 stages, not 3: ask for fewer\.$"),
        ("slice:cuts=5", r"has cut points 1 to 1, no 5: cut at one of these\.$"),
        ("slice:cap_kb=2,split=off", r"largest layer, fc1, needs 8\.8 kB and a device has 2\.0 kB, 6\.8 kB too few"),
        ("slice:stages=1,cap_kb=10", r"with 1 stage one device needs 10\.2 kB however it is cut, and has 10\.0 kB"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_in_a_sentence(steps: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        deployed("digits/mlp", steps)


def test_a_second_slicing_is_refused() -> None:
    with pytest.raises(UsageError, match="cut into 2 stages already: keep one slice step"):
        deployed("digits/mlp", "slice", "slice:stages=1")


def test_slicing_first_or_last_is_the_same() -> None:
    first, last = (
        deployed("digits/cnn", "slice", "quantize"),
        deployed("digits/cnn", "quantize", "slice"),
    )
    assert [part.model for part in first.parts] == [part.model for part in last.parts]


@pytest.mark.parametrize("devices", [2, 3, 4])
@pytest.mark.parametrize("chain", CHAINS, ids=len)
@models
def test_with_layers_shared_out_it_answers_as_the_whole_model(
    model: str, chain: list[str], devices: int
) -> None:
    step = f"slice:stages={devices},objective=memory"
    try:
        shared = deployed(model, *chain, step)
    except UsageError:
        assert points(model, *chain) < devices - 1
        return
    expected = answers(deployed(model, *chain), model)
    assert np.abs(answers(shared, model) - expected).max() <= 1e-5
    assert set(shared.devices) == set(range(devices))


def largest(model: str, step: str) -> float:
    (whole,) = deployed(model).parts
    cut = deployed(model, step)
    return max(cut.by_device([len(part.model) for part in cut.parts])) / len(whole.model)


def test_four_devices_hold_what_was_promised_of_the_largest() -> None:
    assert largest("fashion-mnist/resnet8", "slice:stages=4,objective=memory,split=off") <= 0.5
    for model in ("fashion-mnist/resnet8", "fashion-mnist/mlp"):
        assert largest(model, "slice:stages=4,objective=memory") <= 0.3
