"""A model in two parts, cut by hand: the same answers, and what is measured adds up as it is said to."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx.utils import Extractor

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Deployment, Link, Part
from compression.measure.everything import measure
from compression.measure.graph import read_graph
from compression.measure.rounds import QUICK
from compression.models.compressed import Compressed
from compression.point import Measurement
from compression.recipe import Recipe
from compression.subjects import Subject, look_up

MODEL, WATTS, LINK_MS = "digits/mlp", 5.0, 3.0


@pytest.fixture(scope="module")
def subject() -> Subject:
    return look_up(MODEL)


@pytest.fixture(scope="module")
def compressed(subject: Subject) -> Compressed:
    return pipeline.compress(subject, Recipe.build(MODEL, ["quantize:bits=4,method=nearest"]))


@pytest.fixture(scope="module")
def whole(subject: Subject, compressed: Compressed) -> Deployment:
    return deploy(compressed)


@pytest.fixture(scope="module")
def halves(whole: Deployment) -> Deployment:
    """Cut behind the hidden layer."""
    (part,) = whole.parts
    model = onnx.shape_inference.infer_shapes(onnx.load_from_string(part.loaded))
    (hidden,) = (node.output[0] for node in model.graph.node if node.op_type == "Relu")
    files = [
        Extractor(model).extract_model([start], [end]).SerializeToString()
        for start, end in (("input", hidden), (hidden, "logits"))
    ]
    parts = tuple(Part(file, file, part.formats) for file in files)
    return Deployment(parts, links=(Link(LINK_MS),))


def measured(subject: Subject, compressed: Compressed, deployment: Deployment, monkeypatch):
    monkeypatch.setenv("COMPACT_WATTS", str(WATTS))
    monkeypatch.setattr("compression.measure.energy.energy_counters", lambda: ())
    return measure(
        subject, compressed, b"packed", deployment,
        exact=deployment.exact_session(), split=subject.data.test, budget=QUICK,
    )  # fmt: skip


def by_hand(part: Part) -> int:
    graph = read_graph(part.loaded)
    return graph.weight_bytes + graph.peak_activation_bytes


def test_one_part_has_no_link_and_two_have_one(whole: Deployment, halves: Deployment) -> None:
    assert (len(whole.parts), whole.links, whole.links_ms) == (1, (), 0)
    assert (len(halves.parts), halves.links_ms) == (2, LINK_MS)
    with pytest.raises(ValueError, match="2 parts have 1 links between them, not 0"):
        Deployment(halves.parts)


def test_run_in_turn_two_parts_give_the_whole_models_logits(
    subject: Subject, whole: Deployment, halves: Deployment
) -> None:
    feed = {"input": subject.data.test.inputs}
    expected = whole.session().run(["logits"], feed)[0]
    assert np.array_equal(halves.session().run(["logits"], feed)[0], expected)
    assert np.array_equal(halves.exact_session().run(None, feed)[0], expected)


def test_files_and_multiplications_add_up_and_memory_is_the_larger_parts(
    subject: Subject, compressed: Compressed, whole: Deployment, halves: Deployment, monkeypatch
) -> None:
    one, two = (measured(subject, compressed, each, monkeypatch) for each in (whole, halves))
    for same in ("accuracy", "parameters", "size_bytes", "size_dense_bytes", "macs"):
        assert two[same] == one[same]
    assert two["size_onnx_bytes"].value == sum(len(part.model) for part in halves.parts)
    assert two["memory_bytes"].value == max(map(by_hand, halves.parts)) < one["memory_bytes"].value


def test_a_link_takes_time_but_no_processor(
    subject: Subject, compressed: Compressed, halves: Deployment, monkeypatch
) -> None:
    found = measured(subject, compressed, halves, monkeypatch)
    latency: Measurement = found["latency_ms"]
    assert latency.low > LINK_MS
    assert found["latency_p90_ms"].value > LINK_MS
    assert 0 < found["speedup"].value < 0.5
    assert found["energy_mj"].value == pytest.approx(WATTS * (latency.value - LINK_MS))
    assert 0 < found["energy_mj"].value < WATTS * LINK_MS


def test_what_is_said_of_the_kernels_is_said_of_all_parts() -> None:
    integer = Part(file := b"file", file, int8_operators=("Conv",), float_layers=("conv1",))
    slow = Part(b"floats", b"exact", reason="No kernel here.")
    both = Deployment((integer, slow), links=(Link(),))
    assert both.is_int8 and not both.is_exact
    assert (both.float_layers, both.reason) == (("conv1",), "No kernel here.")
