"""Weights chosen together with their values, against all choices there are, and against choosing one by one."""

from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from compression import pipeline
from compression.recipe import Recipe
from compression.subjects import look_up
from compression.techniques.pruning.joint import chosen_together, most_of_each_row
from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.removal import removed
from compression.techniques.pruning.scores import Given
from compression.techniques.shared.layerwise import layers

WIDTH, KEPT = 8, 3


def problem(seed: int, *, rows: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    """A weight [1, rows, WIDTH] and the covariance [1, WIDTH, WIDTH] of inputs that are much alike."""
    generator = torch.Generator().manual_seed(seed)
    mixed = torch.randn(WIDTH, WIDTH, generator=generator)
    columns = torch.randn(500, WIDTH, generator=generator) @ mixed
    return torch.randn(1, rows, WIDTH, generator=generator), (columns.T @ columns / 500)[None]


def error(weight: np.ndarray, gram: np.ndarray, support: np.ndarray) -> float:
    """Of the best values on a support, by the normal equations."""
    here = np.flatnonzero(support)
    fitted = np.zeros_like(weight)
    fitted[here] = np.linalg.solve(gram[np.ix_(here, here)], gram[here] @ weight)
    return float((weight - fitted) @ gram @ (weight - fitted))


def errors_of(chosen: torch.Tensor, weight: torch.Tensor, gram: torch.Tensor) -> np.ndarray:
    rows = zip(weight[0].numpy(), chosen[0].numpy(), strict=True)
    return np.array([error(row, gram[0].numpy(), stays) for row, stays in rows])


def chosen(weight: torch.Tensor, gram: torch.Tensor, counts: list[int]) -> torch.Tensor:
    room = torch.arange(WIDTH) < torch.tensor(counts).unsqueeze(1)
    return chosen_together(weight, gram, weight @ gram, 1e-6, most_of_each_row(room[None]))


def test_the_choice_is_nearly_the_best_of_all() -> None:
    """Exhaustive search over 56 supports a row: in most rows the same is found, largest by size in few."""
    best, found, largest = [], [], []
    for seed in range(25):
        weight, gram = problem(seed)
        every = [np.isin(np.arange(WIDTH), some) for some in combinations(range(WIDTH), KEPT)]
        for row in weight[0].numpy():
            best.append(min(error(row, gram[0].numpy(), one) for one in every))
            largest.append(error(row, gram[0].numpy(), np.argsort(np.argsort(-np.abs(row))) < KEPT))
        found += list(errors_of(chosen(weight, gram, [KEPT] * 4), weight, gram))
    best, found, largest = np.array(best), np.array(found), np.array(largest)
    assert (found >= best * (1 - 1e-4)).all()
    assert np.isclose(found, best, rtol=1e-3).mean() > 0.5
    assert found.sum() < 1.3 * best.sum() < 0.75 * largest.sum()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.lists(st.integers(0, WIDTH), min_size=3, max_size=3),
    st.integers(0, 2**WIDTH - 1),
)
def test_each_row_keeps_as_many_as_it_has_room_for_and_nothing_that_was_zero(
    seed: int, counts: list[int], dead: int
) -> None:
    weight, gram = problem(seed, rows=3)
    alive = torch.tensor([not dead >> place & 1 for place in range(WIDTH)])
    stays = chosen(weight * alive, gram, counts)
    assert not (stays & ~alive).any()
    assert stays.sum(-1)[0].tolist() == [min(count, int(alive.sum())) for count in counts]


def test_inputs_that_never_vary_are_no_obstacle() -> None:
    weight, gram = problem(0)
    gram[0, 2], gram[0, :, 2] = 0, 0
    assert chosen(weight, gram, [KEPT] * 4).sum(-1)[0].tolist() == [KEPT] * 4


MODEL = "digits/cnn"


def made(**knobs: object):
    subject = look_up(MODEL)
    return pipeline.compress(subject, Recipe(model=MODEL, steps=(Prune(**knobs),)))


@pytest.mark.parametrize("knobs", [{"sparsity": 0.8}, {"sparsity": 0.6, "allocation": "uniform"}])
def test_channels_keep_as_many_as_the_ranking_left_them(knobs: dict[str, object]) -> None:
    subject, step = look_up(MODEL), Prune(**knobs)
    context = pipeline.context_of(subject, Recipe(model=MODEL, steps=(step,)))
    gone = removed(subject.original.folded, Given(subject.original.folded, step, context))
    for layer in layers(made(**knobs).module):
        kept = (layer.weight != 0).flatten(1).sum(1)
        assert kept.tolist() == (~gone[layer.name]).flatten(1).sum(1).tolist()


def test_layers_of_their_own_keep_their_share_beside_a_pattern() -> None:
    weights = {
        layer.path: layer.weight for layer in layers(made(pattern="2:4", layers="conv1=0").module)
    }
    assert bool(weights["conv1"].all())
    assert any(not bool(weight.all()) for weight in weights.values())


@pytest.mark.parametrize("pattern", ["2:4", "1:4"])
def test_what_is_chosen_together_answers_more_like_the_original(pattern: str) -> None:
    """On validation images, which no weight was fitted to: less divergence than by rank alone."""
    subject = look_up("fashion-mnist/lenet5")
    images = torch.from_numpy(subject.data.validation.inputs[:1000])

    def answers(**knobs: object) -> torch.Tensor:
        step = Prune(pattern=pattern, **knobs)
        recipe = Recipe(model=subject.card.id, steps=(step,))
        with torch.inference_mode():
            return pipeline.compress(subject, recipe).module(images).log_softmax(1)

    with torch.inference_mode():
        wanted = subject.original.folded.module(images).log_softmax(1)
    by_rank, together = (
        float(torch.nn.functional.kl_div(a, wanted, log_target=True, reduction="batchmean"))
        for a in (answers(repair="refit"), answers())
    )
    assert together < 0.85 * by_rank
