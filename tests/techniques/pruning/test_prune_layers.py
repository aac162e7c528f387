"""Layers with sparsities of their own: every repair reaches them, and what can't be is said before any training."""

import pytest

from compression import pipeline
from compression.errors import UsageError
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.pruning.knobs import TRAINED, Prune
from compression.techniques.pruning.schedule import part_way
from compression.training.progress import Progress

MODEL = "digits/cnn"
every = pytest.mark.parametrize("repair", ["refit", *TRAINED])


def asked(layers: str, repair: str, sparsity: float = 0.0) -> Recipe:
    epochs = ",epochs=0.3" if repair in TRAINED else ""
    return Recipe.build(
        MODEL, [f"prune:sparsity={sparsity},layers={layers},repair={repair}{epochs}"]
    )


@every
def test_a_layer_is_pruned_beyond_what_all_are(repair: str) -> None:
    module = pipeline.compress(look_up(MODEL), asked("fc=0.9", repair)).module
    zeros = {
        name: int((module.get_parameter(f"{name}.weight") == 0).sum()) for name in ("conv2", "fc")
    }
    assert zeros == {"conv2": 0, "fc": round(0.9 * 1280)}


def refuse(progress: Progress) -> bool:
    raise AssertionError(f"It trains: {progress}")


@every
@pytest.mark.parametrize(
    ("layers", "refused"),
    [("fc=0.9999", "leaves fc.weight none"), ("nosuch=0", "no layer 'nosuch'")],
)
def test_an_emptied_or_unknown_layer_is_refused_before_any_training(
    repair: str, layers: str, refused: str
) -> None:
    with pytest.raises(UsageError, match=refused):
        pipeline.compress(look_up(MODEL), asked(layers, repair, 0.5), refuse)


def test_on_the_way_each_layer_has_its_own_share_of_its_end() -> None:
    half = part_way(Prune(sparsity=0.5, layers="conv2=0.2;fc=0.8"), lambda end: end / 2)
    assert (half.sparsity, half.sparsity_by_layer) == (0.25, {"conv2": 0.1, "fc": 0.4})
