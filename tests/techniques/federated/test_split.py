"""Who has what: all examples are dealt out once, the same for a seed, as uneven as alpha says."""

from __future__ import annotations

import numpy as np
import pytest

import datasets
from compression.errors import UsageError
from compression.techniques.federated.knobs import SKEWS, Federate
from compression.techniques.federated.split import dirichlet, histograms, split

CLASSES = 10
LABELS = np.arange(2000) % CLASSES


def parts(seed: int = 0, labels=LABELS, people=None, **knobs):
    return split(Federate(**knobs), labels, CLASSES, people, seed)


@pytest.mark.parametrize("skew", SKEWS)
@pytest.mark.parametrize("clients", [1, 3, 100])
def test_every_example_has_one_owner_and_clients_have_equally_many(skew, clients) -> None:
    dealt = parts(skew=skew, clients=clients)
    assert sorted(np.concatenate(dealt)) == list(range(len(LABELS)))
    assert max(map(len, dealt)) - min(map(len, dealt)) <= 1


def test_equal_seeds_deal_alike_and_others_do_not() -> None:
    one, same, other = parts(seed=1), parts(seed=1), parts(seed=2)
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_smaller_alpha_the_fewer_classes_a_client_has() -> None:
    def largest_share(skew: float) -> float:
        counts = histograms(parts(skew=skew), LABELS, CLASSES)
        return float((counts.max(1) / counts.sum(1)).mean())

    shares = [largest_share(skew) for skew in (0.05, 0.5, 10.0)]
    assert shares[0] > 0.6 > shares[1] > 0.25 > shares[2] > 0.1


def test_with_a_huge_alpha_it_is_the_mix_of_all() -> None:
    (first, *_) = histograms(dirichlet(LABELS, CLASSES, 4, 1e6, 0), LABELS, CLASSES)
    spread = (500 * 0.1 * 0.9) ** 0.5  # of a multinomial draw
    assert abs(first - 50).max() < 3 * spread


def test_clients_beyond_the_examples_have_none() -> None:
    dealt = parts(labels=LABELS[:3], clients=5)
    assert sorted(map(len, dealt)) == [0, 0, 1, 1, 1]


def test_a_class_without_examples_is_nowhere() -> None:
    labels = LABELS[LABELS != 4]
    counts = histograms(parts(labels=labels), labels, CLASSES)
    assert counts.sum(0)[4] == 0 and counts.sum() == len(labels)


def test_people_are_clients_and_those_of_the_test_are_not_among_them() -> None:
    watch = datasets.load("watch")
    dealt = parts(labels=watch.train.labels, people=watch.people, split="people")
    assert [set(watch.people[part]) for part in dealt] == [{who} for who in range(1, 7)]
    assert sum(map(len, dealt)) == len(watch.train)


def test_people_of_data_without_people_are_refused_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="^split=people .*\\.$"):
        parts(split="people")
