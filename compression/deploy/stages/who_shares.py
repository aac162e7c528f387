"""Which two processes of a pipeline share memory: each with those it sends to, numbered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count, pairwise, product
from pathlib import Path
from typing import Any

from compression.deploy.stages.passage import Shared, share

ASKING = 0
"""The number of the process that asks, among those of the stages."""


def numbered(stages: Iterable[Sequence[Any]]) -> list[list[int]]:
    """The parts of each stage, numbered from 1."""
    numbers = count(1)
    return [[next(numbers) for _ in stage] for stage in stages]


def shared_memory(
    folder: Path, numbers: list[list[int]], *, all_answer: bool
) -> dict[tuple[int, int], Shared | None]:
    """For each link, by who writes and who reads it; None where the sockets do it."""
    groups = [[ASKING], *numbers, [ASKING]]
    pairs = [pair for one, next_ in pairwise(groups) for pair in product(one, next_)]
    if all_answer:
        pairs += [(each, ASKING) for group in numbers[:-1] for each in group]
    return {pair: share(folder, *pair) for pair in pairs}


def given(links: Iterable[Shared | None]) -> list[Shared]:
    return [link for link in links if link]


def as_words(link: Shared | None) -> dict[str, str] | None:
    return None if link is None else {name: str(file) for name, file in vars(link).items()}


def links_of(
    shared: Mapping[tuple[int, int], Shared | None],
    number: int,
    writers: Iterable[int],
    readers: Iterable[int],
) -> dict[str, Any]:
    """What a stage's process is told of the memory that it shares."""
    return {
        "shared_from": [as_words(link) for link in given(shared[each, number] for each in writers)],
        "shared_to": [as_words(shared[number, each]) for each in readers],
    }
