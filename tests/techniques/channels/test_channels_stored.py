"""Channel pruning beside what is stored: number formats, and packed files of other widths."""

import numpy as np
import pytest
import torch

from compression import artifact, models
from compression.encoding.formats import Grid
from compression.errors import ArtifactError, UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed
from compression.models.shapes import shapes_of
from compression.recipe import Recipe
from compression.techniques.channels.knobs import PruneChannels
from compression.techniques.channels.prune_channels import prune_channels
from compression.techniques.context import StepContext
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.quantize import quantize
from datasets import DATASETS

RESNET = "fashion-mnist/resnet8"


def trained(model: str) -> Compressed:
    return Compressed(model_card(model), models.load(model))


def inputs(model: str, count: int = 32, seed: int = 1) -> torch.Tensor:
    shape = DATASETS[MODELS[model].dataset].input_shape
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))


def pruned(model: str, start: Compressed | None = None, **knobs) -> Compressed:
    step = PruneChannels(**knobs)
    return prune_channels(start or trained(model), step, StepContext(inputs(model), 0))


@torch.inference_mode()
def logits(compressed: Compressed) -> torch.Tensor:
    return compressed.module(inputs(compressed.model.id, 64, seed=2))


def test_quantized_weights_stay_on_their_grids() -> None:
    context = StepContext(inputs(RESNET), 0)
    start = quantize(trained(RESNET), Quantize(bits=4), context)
    result = pruned(RESNET, start=start, ratio=0.3)
    for name, number_format in result.formats.items():
        values = result.module.get_parameter(name).detach().numpy()
        assert isinstance(number_format, Grid)
        assert np.array_equal(number_format.round(values), values)
        assert len(number_format.scale) in (1, len(values))


def test_scales_of_groups_of_inputs_are_refused() -> None:
    start = quantize(trained(RESNET), Quantize(bits=4, group=16), StepContext(inputs(RESNET), 0))
    with pytest.raises(UsageError, match="before quantize"):
        pruned(RESNET, start=start)


def test_distilling_quantized_weights_is_refused() -> None:
    start = quantize(trained("digits/mlp"), Quantize(bits=4), StepContext(inputs("digits/mlp"), 0))
    with pytest.raises(UsageError, match="repair=refit"):
        pruned("digits/mlp", start=start, repair="distil")


@pytest.mark.parametrize("model", MODELS)
def test_a_packed_file_knows_its_widths(model: str) -> None:
    context = StepContext(inputs(model), 0)
    result = quantize(pruned(model, ratio=0.5), Quantize(bits=4), context)
    recipe = Recipe(model=model)
    file = artifact.pack(result, recipe)
    again, _ = artifact.unpack(file.data)
    assert shapes_of(again.module) == shapes_of(result.module)
    assert torch.equal(logits(again), logits(result))
    assert artifact.pack(again, recipe).data == file.data
    whole = quantize(trained(model), Quantize(bits=4), context)
    assert len(file.data) < 0.7 * len(artifact.pack(whole, recipe).data) + 60


@pytest.mark.parametrize("widths", [[1] * 4, [0, 64, 10, 32], [33, 64, 10, 33], ["a"] * 4, 3])
def test_widths_that_make_no_model_are_not_read(widths: object, monkeypatch) -> None:
    """digits/mlp has 32 x 64 and 10 x 32 weights."""
    result = pruned("digits/mlp", ratio=0.5)
    write = artifact.header.write
    monkeypatch.setattr(artifact.header, "write", lambda c: write({**c, "shapes": widths}))
    data = artifact.pack(result, Recipe(model="digits/mlp")).data
    with pytest.raises(ArtifactError):
        artifact.unpack(data)
