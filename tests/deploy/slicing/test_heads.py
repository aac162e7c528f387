"""The heads of early exits lie on the devices too: plans and caps count them."""

from __future__ import annotations

import pytest

from compression.deploy.slicing.dataflow import dataflow_of
from compression.deploy.slicing.heads import exit_point, heads_of
from compression.deploy.slicing.layers import layers_of
from compression.deploy.slicing.plan import plan_of
from compression.errors import UsageError
from compression.models.catalogue import MODELS
from compression.models.exits import folded_head
from compression.models.slicing import Slicing
from compression.subjects import look_up

EXITING = Slicing(threshold=0.9, split=False)


def file_of(model: str) -> bytes:
    return look_up(model).deployed.parts[0].loaded


@pytest.mark.parametrize("model", MODELS)
def test_a_head_weighs_what_its_module_does(model: str) -> None:
    file = file_of(model)
    flow, layers = dataflow_of(file), layers_of(file)
    classes = flow.tensors[flow.output].shape[0]
    heads = heads_of(flow, layers)
    for cut, weight in zip(layers.points, heads.weight_bytes, strict=True):
        module = folded_head(exit_point(flow, cut).of, classes)
        assert weight == sum(4 * values.numel() for values in module.parameters())


@pytest.mark.parametrize("model", ["fashion-mnist/resnet8", "digits/cnn", "watch/gru"])
def test_the_device_before_a_cut_holds_its_head(model: str) -> None:
    plain, exiting = (plan_of(file_of(model), each) for each in (Slicing(split=False), EXITING))
    assert exiting.heads is not None and exiting.cuts == plain.cuts
    head = exiting.heads.weight_bytes[exiting.cuts[0].number - 1]
    before = exiting.stages[0].memory_bytes - plain.stages[0].memory_bytes
    assert before >= head > 0
    assert exiting.stages[1].memory_bytes == plain.stages[1].memory_bytes


def test_what_fits_without_its_head_alone_does_not_fit() -> None:
    file = file_of("digits/mlp")
    needed = max(stage.memory_bytes for stage in plan_of(file, Slicing(split=False)).stages)
    plan_of(file, Slicing(split=False, cap_bytes=needed))
    with pytest.raises(UsageError, match=r"largest layer, fc1 with the head of its exit, needs"):
        plan_of(file, Slicing(threshold=0.9, split=False, cap_bytes=needed))
