"""Where to look next, by Optuna (Akiba et al., 2019, arXiv:1907.10902): a pure function of what was found so far.

Only here is Optuna imported, by whoever answers: a worker, since the Gaussian process loads torch. Text in, text out.
NSGA-II is of Deb et al., 2002 (doi:10.1109/4235.996017); TPE of Bergstra et al., 2011, for several objectives of
Ozaki et al., 2022 (doi:10.1613/jair.1.13188); the Gaussian process takes what adds most to the hypervolume.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from compression.recipe.axes import Place

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial

Propose = Callable[[str], str]
"""Turns a ``Question`` as JSON into a JSON list of places."""

GENERATION = "NSGAIISampler:generation"
"""Where Optuna's genetic algorithm keeps it: of a trial without one it never breeds."""

REPEATS = 8
"""How often a search may name what is known already, for each place that is wanted; the rest is drawn."""


class Told(BaseModel):
    """One setting that was looked at: what it costs and how far it breaks each limit; None where it failed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Place
    costs: tuple[float, ...] | None = None
    excess: tuple[float, ...] | None = None

    @property
    def is_known(self) -> bool:
        return self.costs is not None and self.excess is not None


class Question(BaseModel):
    """All that the answer follows from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sampler: str
    seed: int
    population: int
    axes: tuple[tuple[int, bool], ...]
    """How many positions each has, and whether they are ordered."""
    objectives: int
    told: tuple[Told, ...]
    count: int


def is_installed() -> bool:
    return find_spec("optuna") is not None


def propose(question: str) -> str:
    """Up to ``count`` places that were not told, as JSON."""
    asked = Question.model_validate_json(question)
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is experimental in Optuna is pinned by its version
        study = optuna.create_study(
            directions=["minimize"] * asked.objectives, sampler=_sampler(asked)
        )
        space = _distributions(asked)
        for number, told in enumerate(told for told in asked.told if told.is_known):
            study.add_trial(_trial(told, space, generation=number // asked.population))
        return json.dumps(_new_places(study, space, asked))


def _new_places(
    study: Study, space: dict[str, BaseDistribution], asked: Question
) -> list[list[int]]:
    taken = {told.place for told in asked.told}
    found: list[list[int]] = []
    for _ in range(asked.count * REPEATS):
        if len(found) == asked.count:
            break
        params = study.ask(space).params  # it stays open, so that the next one looks elsewhere
        place = tuple(int(params[name]) for name in space)
        if place not in taken:
            taken.add(place)
            found.append(list(place))
    return found


def _sampler(asked: Question) -> BaseSampler:
    """Seeded by what is known, too: the next question draws other numbers, and the same one the same."""
    from optuna import samplers

    drawn = f"{asked.seed} {len(asked.told)}".encode()
    seed = int.from_bytes(hashlib.sha256(drawn).digest()[:4], "big") >> 1
    if asked.sampler == "nsga2":
        return samplers.NSGAIISampler(seed=seed, population_size=asked.population)
    if asked.sampler == "tpe":
        return samplers.TPESampler(seed=seed, n_startup_trials=1, constant_liar=True)
    return samplers.GPSampler(seed=seed, n_startup_trials=1, deterministic_objective=True)


def _distributions(asked: Question) -> dict[str, BaseDistribution]:
    from optuna.distributions import CategoricalDistribution, IntDistribution

    return {
        str(number): IntDistribution(0, size - 1)
        if is_ordered
        else CategoricalDistribution(list(range(size)))
        for number, (size, is_ordered) in enumerate(asked.axes)
    }


def _trial(told: Told, space: dict[str, BaseDistribution], *, generation: int) -> FrozenTrial:
    from optuna.trial import create_trial

    return create_trial(
        params=dict(zip(space, told.place, strict=True)),
        distributions=space,
        values=list(told.costs or ()),
        constraints={str(number): excess for number, excess in enumerate(told.excess or ())},
        system_attrs={GENERATION: generation},
    )
