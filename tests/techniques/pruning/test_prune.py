"""Pruning of whole models: how many weights go, which, what is repaired, and what is refused."""

import copy

import pytest
import torch
from torch import nn

from compression import models
from compression.encoding.formats import Grid
from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.techniques.context import StepContext
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.prune import prune
from compression.techniques.quantization.knobs import Quantize
from compression.techniques.quantization.quantize import quantize
from compression.training.data import Training, TrainingData
from datasets import DATASETS

RESNET, DS_CNN = "fashion-mnist/resnet8", "fashion-mnist/ds-cnn"
CNN, GRU = "digits/cnn", "watch/gru"
SCORES = ["magnitude", "random", "wanda", "obs", "lamp", "taylor"]


def trained(model: str) -> Compressed:
    return Compressed(model_card(model), models.load(model))


def images(model: str, count: int, seed: int = 1) -> torch.Tensor:
    shape = DATASETS[MODELS[model].dataset].input_shape
    return torch.rand(count, *shape, generator=torch.Generator().manual_seed(seed))


def context(model: str, count: int = 64, seed: int = 0) -> StepContext:
    return StepContext(images(model, count), seed)


def labelled(model: str) -> StepContext:
    """Labels are what the model itself answers."""
    seen = images(model, 48)
    answers = trained(model).module(seen).argmax(1)
    data = TrainingData(seen, answers, seen, answers)
    return StepContext(seen, 0, Training(lambda: data))


def weights(compressed: Compressed) -> dict[str, torch.Tensor]:
    module = compressed.module
    return {name: module.get_parameter(name).detach() for name in weight_names(module)}


def zeros(compressed: Compressed) -> int:
    return sum(int((weight == 0).sum()) for weight in weights(compressed).values())


def size(compressed: Compressed) -> int:
    return sum(weight.numel() for weight in weights(compressed).values())


@torch.inference_mode()
def distance(first: Compressed, second: Compressed, inputs: torch.Tensor) -> float:
    return float((first.module(inputs) - second.module(inputs)).square().mean())


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("sparsity", [0.5, 0.94])
def test_exactly_so_many_weights_are_zero(score: str, sparsity: float) -> None:
    model = trained(CNN)
    result = prune(model, Prune(sparsity=sparsity, score=score), labelled(CNN))
    assert zeros(result) == round(sparsity * size(model))


@pytest.mark.parametrize("repair", ["refit", "bias", "batchnorm", "none"])
def test_every_repair_keeps_the_zeros_and_gives_finite_answers(repair: str) -> None:
    model, given = trained(RESNET), context(RESNET)
    result = prune(model, Prune(sparsity=0.7, repair=repair), given)
    assert zeros(result) == round(0.7 * size(model))
    assert torch.isfinite(result.module(given.calibration)).all()
    assert result.is_folded == (repair in ("refit", "bias"))


def test_without_repair_the_smallest_trained_weights_are_zero_and_nothing_else_changes() -> None:
    model = trained(RESNET)
    flat = torch.cat([weight.flatten() for weight in weights(model).values()])
    limit = flat.abs().sort().values[round(0.8 * flat.numel()) - 1]
    result = prune(model, Prune(sparsity=0.8, score="magnitude", repair="none"), context(RESNET))
    wanted = dict(model.module.state_dict())
    for name, weight in weights(model).items():
        wanted[name] = torch.where(weight.abs() > limit, weight, 0.0)
    for name, values in result.module.state_dict().items():
        assert torch.equal(values, wanted[name])


@pytest.mark.parametrize("model", [RESNET, DS_CNN, "watch/cnn1d", GRU, "fashion-mnist/vit-tiny"])
def test_a_refit_is_closer_to_the_original_than_no_repair_or_a_lesser_one(model: str) -> None:
    """On inputs that weren't looked at."""
    original, unseen = fold_batch_norm(trained(model)), images(model, 64, seed=2)
    none, bias, refit = (
        distance(
            original, prune(original, Prune(sparsity=0.5, repair=r), context(model, 256)), unseen
        )
        for r in ("none", "bias", "refit")
    )
    assert refit < 0.8 * min(bias, none)


def test_measured_norms_bring_back_the_means_and_variances() -> None:
    """What leaves the first norm has mean beta and deviation |gamma|, except for its epsilon."""
    given = context(RESNET, 128)
    result = prune(trained(RESNET), Prune(sparsity=0.7, repair="batchnorm"), given)
    conv, norm = _first_norm(result.module)
    seen: list[torch.Tensor] = []
    norm.register_forward_hook(lambda _module, _given, out: seen.append(out.detach()))
    result.module(given.calibration)
    assert not norm.training
    assert torch.allclose(seen[0].mean((0, 2, 3)), norm.bias, atol=1e-3)
    assert torch.allclose(seen[0].std((0, 2, 3)), norm.weight.abs(), rtol=0.02, atol=1e-3)


def _first_norm(module: nn.Module) -> tuple[nn.Module, nn.BatchNorm2d]:
    children = list(module.modules())
    index = next(i for i, child in enumerate(children) if isinstance(child, nn.BatchNorm2d))
    return children[index - 1], children[index]


def test_nothing_asked_is_nothing_changed() -> None:
    model = trained(RESNET)
    assert prune(model, Prune(sparsity=0), context(RESNET)) is model


def test_layers_may_have_sparsities_of_their_own_and_the_others_share_theirs() -> None:
    model = trained(CNN)
    before = weights(model)
    first, *others, last = before
    step = Prune(sparsity=0.9, layers=f"{first[:-7]}=0;{last[:-7]}=0.25")
    after = weights(prune(model, step, context(CNN)))
    assert (after[first] != 0).all()
    assert int((after[last] == 0).sum()) == round(0.25 * before[last].numel())
    rest = sum(before[name].numel() for name in others)
    assert sum(int((after[name] == 0).sum()) for name in others) == round(0.9 * rest)


@pytest.mark.parametrize("allocation", ["global", "uniform", "sensitivity"])
def test_no_layer_is_emptied(allocation: str) -> None:
    result = prune(trained(DS_CNN), Prune(sparsity=0.98, allocation=allocation), context(DS_CNN))
    assert all(bool((weight != 0).any()) for weight in weights(result).values())


def test_a_sparsity_that_empties_a_layer_is_refused() -> None:
    model = trained(CNN)
    name = next(iter(weights(model)))[:-7]
    with pytest.raises(UsageError, match="none of its"):
        prune(model, Prune(layers=f"{name}=0.999"), context(CNN))


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(UsageError, match="convolution1"):
        prune(trained(CNN), Prune(layers="convolution1=0.5"), context(CNN))


def test_weights_that_are_not_finite_are_refused() -> None:
    model = trained(CNN)
    next(iter(weights(model).values())).view(-1)[0] = torch.nan
    with pytest.raises(UsageError, match="not finite"):
        prune(model, Prune(), context(CNN))


def test_taylor_without_labels_is_refused() -> None:
    with pytest.raises(UsageError, match="labelled"):
        prune(trained(CNN), Prune(score="taylor"), context(CNN))


def test_a_model_without_batch_norms_has_none_to_measure_anew() -> None:
    with pytest.raises(UsageError, match="no batch norms"):
        prune(trained("fashion-mnist/lenet5"), Prune(repair="batchnorm"), context(RESNET))


@pytest.mark.parametrize("given", [torch.zeros(8, 1, 8, 8), images(CNN, 1, seed=0)])
@pytest.mark.parametrize("score", ["magnitude", "wanda", "obs"])
def test_dead_inputs_or_a_single_image_give_finite_weights(score: str, given: torch.Tensor) -> None:
    step = Prune(sparsity=0.9, score=score, allocation="sensitivity")
    result = prune(trained(CNN), step, StepContext(given, 0))
    assert all(torch.isfinite(values).all() for values in result.module.state_dict().values())
    assert zeros(result) == pytest.approx(0.9 * size(result), abs=4)


@pytest.mark.parametrize("score", SCORES)
def test_the_input_is_untouched_and_equal_seeds_give_equal_models(score: str) -> None:
    model, step = trained(CNN), Prune(sparsity=0.9, score=score)
    before = copy.deepcopy(model.module.state_dict())
    first, second = (prune(model, step, labelled(CNN)).module.state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    after = model.module.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert all(parameter.grad is None for parameter in model.module.parameters())


@pytest.mark.parametrize("repair", ["refit", "bias"])
@pytest.mark.parametrize("bits", [1, 3, 8])
def test_quantized_weights_and_biases_stay_on_their_grids(bits: int, repair: str) -> None:
    model = quantize(trained(DS_CNN), Quantize(bits=bits), context(DS_CNN))
    result = prune(model, Prune(sparsity=0.6, repair=repair), context(DS_CNN))
    assert result.formats == model.formats
    for name, values in result.module.named_parameters():
        grid, found = result.formats[name], values.detach().numpy()
        assert isinstance(grid, Grid)
        assert ((grid.round(found) == found) | (found == 0)).all()


def test_a_refit_on_the_grid_is_better_than_none() -> None:
    model, unseen = quantize(trained(RESNET), Quantize(bits=4), context(RESNET)), images(RESNET, 32)
    none, refit = (
        distance(model, prune(model, Prune(sparsity=0.6, repair=r), context(RESNET)), unseen)
        for r in ("none", "refit")
    )
    assert refit < 0.6 * none


def test_steps_on_the_way_leave_answers_closer_to_the_original() -> None:
    original, given = fold_batch_norm(trained(RESNET)), context(RESNET, 256)
    gradual, at_once = (
        distance(
            original,
            prune(original, Prune(sparsity=0.94, repair="refit", gradual=g), given),
            images(RESNET, 32),
        )
        for g in ("on", "off")
    )
    assert gradual < at_once


def test_a_step_says_what_differs_from_the_usual() -> None:
    assert Prune(sparsity=0.8).describe() == "80 % zeros"
    assert Prune(pattern="2:4", score="wanda").describe() == "2:4; score wanda"
