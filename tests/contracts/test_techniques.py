"""What every technique promises for every model: a new one is tested here the moment it is listed."""

from __future__ import annotations

import copy
from itertools import permutations

import pytest
import torch

from compression import artifact, models
from compression.errors import UsageError
from compression.models.catalogue import MODELS, model_card
from compression.models.compressed import Compressed, fold_batch_norm
from compression.recipe import Recipe, format_step, parse_step
from compression.techniques import TECHNIQUES
from datasets import DATASETS
from tests.applied import apply, gentlest, logits, strongest

TOLERANCE = 0.02
"""Share of examples for which the gentlest setting may answer otherwise than the model does."""

ALL = [(model, name) for model in MODELS for name in TECHNIQUES]
PAIRS = [(model, name) for model, name in ALL if not TECHNIQUES[name].unfit(MODELS[model])]
REFUSED = sorted(set(ALL) - set(PAIRS))
CHAINED = {"subnet": "fashion-mnist/supernet"}
"""The model that chains begin on, where it isn't a small one."""
names = pytest.mark.parametrize("name", TECHNIQUES)
pairs = pytest.mark.parametrize(("model", "name"), PAIRS)


@pytest.fixture(scope="module")
def trained() -> dict[str, Compressed]:
    return {model: Compressed(model_card(model), models.load(model)) for model in MODELS}


@names
def test_its_settings_differ_and_can_be_asked_for_in_a_text(name: str) -> None:
    assert gentlest(name) != strongest(name)
    for step in (gentlest(name), strongest(name)):
        assert parse_step(format_step(step)) == step


@pytest.mark.parametrize(("model", "name"), REFUSED)
def test_what_does_not_fit_a_model_says_so_in_a_sentence(trained, model: str, name: str) -> None:
    with pytest.raises(UsageError, match=f"{model} .*\\.$") as refused:
        apply(trained[model], gentlest(name))
    assert str(refused.value) == TECHNIQUES[name].unfit(MODELS[model])
    assert "\n" not in str(refused.value)


@names
def test_what_begins_anew_is_trained_and_nothing_stands_before_it(name: str) -> None:
    for step in (gentlest(name), strongest(name), TECHNIQUES[name]()):
        before = step.untrained()
        assert (before is None) == step.begins_anew
        assert step.is_trained or not step.begins_anew
        assert before is None or not before.is_trained
        if not step.is_trained:
            assert before == step and step.control() is None
        elif step.control() is not None:
            assert step.control_words and step.control().control() is None


@pairs
def test_the_input_is_untouched(trained, model: str, name: str) -> None:
    given = (trained[model], trained[model].folded)
    before = [copy.deepcopy(each.module.state_dict()) for each in given]
    apply(trained[model], strongest(name))
    after = [each.module.state_dict() for each in given]
    for then, now in zip(before, after, strict=True):
        assert all(torch.equal(then[key], now[key]) for key in then)


@pairs
def test_shapes_are_kept_and_logits_are_finite(trained, model: str, name: str) -> None:
    result = logits(apply(trained[model], strongest(name)))
    assert result.shape == (8, len(DATASETS[MODELS[model].dataset].classes))
    assert torch.isfinite(result).all()


@pairs
def test_equal_seeds_give_equal_models(trained, model: str, name: str) -> None:
    asked = strongest(name)
    first, second = apply(trained[model], asked, seed=3), apply(trained[model], asked, seed=3)
    assert torch.equal(logits(first), logits(second))


@pairs
def test_the_gentlest_setting_is_the_baseline(trained, model: str, name: str) -> None:
    before = logits(trained[model], 500).argmax(1)
    after = logits(apply(trained[model], gentlest(name)), 500).argmax(1)
    assert (before != after).float().mean() <= TOLERANCE


@pairs
def test_a_strong_setting_changes_the_model_unless_the_technique_keeps_it(
    trained, model: str, name: str
) -> None:
    same = torch.equal(logits(trained[model]), logits(apply(trained[model], strongest(name))))
    assert same == TECHNIQUES[name].keeps_values


@pairs
def test_the_packed_file_reloads_to_the_same_logits(trained, model: str, name: str) -> None:
    asked = strongest(name)
    compressed = fold_batch_norm(apply(trained[model], asked))
    data = artifact.pack(compressed, Recipe(model=model, steps=(asked,))).data
    reloaded, recipe = artifact.unpack(data)
    assert torch.equal(logits(reloaded), logits(compressed))
    assert recipe.steps == (asked,)


@pytest.mark.parametrize("order", list(permutations(TECHNIQUES, 2)), ids="-".join)
def test_any_two_techniques_chain(trained, order: tuple[str, str]) -> None:
    steps = tuple(strongest(name) for name in order)
    model = CHAINED.get(order[0], "digits/cnn")
    if steps[1].is_first:
        with pytest.raises(UsageError, match=f"{order[1]}.* make it the first step\\.$"):
            Recipe(model=model, steps=steps).require_order()
        return
    result = trained[model]
    for step in steps:
        result = apply(result, step)
    folded = fold_batch_norm(result)
    recipe = Recipe(model=model, steps=steps)
    reloaded, known = artifact.unpack(artifact.pack(folded, recipe).data)
    assert torch.equal(logits(reloaded), logits(folded))
    assert known.steps == steps


@pytest.mark.parametrize("model", MODELS)
def test_folding_batch_norm_keeps_the_function(trained, model: str) -> None:
    folded = fold_batch_norm(trained[model])
    assert folded.is_folded
    assert torch.allclose(logits(trained[model]), logits(folded), atol=1e-4)
