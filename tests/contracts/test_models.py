"""What every model of the zoo promises to pages, besides its arithmetic: tests/models has that."""

from __future__ import annotations

import pytest

from compression import front
from compression.models.catalogue import MODELS
from compression.point import METRICS
from compression.recipe import Recipe
from compression.store import bundled
from compression.techniques import TECHNIQUES
from datasets import DATASETS

models = pytest.mark.parametrize("model", MODELS)

NOT_OF_AN_ORIGINAL = {
    "accuracy_deployed", "bytes_sent", "carbon_g", "cost_per_million", "device_bytes", "device_memory_bytes",
    "epsilon", "link_bytes", "macs_average", "make_s", "travel_share",
    *(metric.field for metric in METRICS.values() if metric.is_guard),
}  # fmt: skip


@models
def test_its_name_begins_with_its_data_sets(model: str) -> None:
    card = MODELS[model]
    assert card.id == model and card.dataset in DATASETS
    assert model.startswith(f"{card.dataset}/")


@models
def test_its_original_is_bundled_with_every_measurement(model: str) -> None:
    original = bundled.points(model)[Recipe(model=model).key]
    assert set(original.measurements) == set(METRICS) - NOT_OF_AN_ORIGINAL
    assert original.value("parameters") == MODELS[model].parameters
    assert original.value("macs") == MODELS[model].macs
    assert original.value("speedup") == 1


@models
@pytest.mark.parametrize("technique", TECHNIQUES)
def test_no_technique_begins_on_an_empty_page(model: str, technique: str) -> None:
    if TECHNIQUES[technique].unfit(MODELS[model]):
        return
    points = bundled.points(model).values()
    assert any(step.technique == technique for p in points for step in p.recipe.steps)


@models
def test_its_front_has_something_smaller_than_the_original(model: str) -> None:
    original = bundled.points(model)[Recipe(model=model).key]
    smallest = front(model, x="size_bytes")[0]
    assert smallest.value("size_bytes") < original.value("size_bytes")
