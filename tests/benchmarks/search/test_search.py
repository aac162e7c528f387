"""What 80 evaluations of each search find, beside those of a random sweep: mean hypervolume of 5 seeds.

    python -m tests.benchmarks -k test_search

On all 1,792 chains of a small space, measured once (``measure_table``). Settings of the searches were looked at with
other seeds, 10 to 19.
"""

from __future__ import annotations

import os
import time
from statistics import mean, stdev

import pytest

from tests.benchmarks.search.table import everything, search

POINTS, SEEDS = 80, range(5)


@pytest.fixture(scope="module")
def at_random() -> list[float]:
    return [search("random", seed, POINTS)[-1] for seed in SEEDS]


@pytest.mark.benchmark
@pytest.mark.parametrize("sampler", ["nsga2", "tpe", "gp"])
def test_a_search_beats_a_random_sweep(sampler: str, at_random: list[float]) -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    began = time.process_time()
    curves = [search(sampler, seed, POINTS) for seed in SEEDS]
    seconds = (time.process_time() - began) / len(SEEDS)
    found = [curve[-1] for curve in curves]
    whole = everything()
    halfway = mean(curve[POINTS // 2 - 1] for curve in curves)
    print(
        f"\n{sampler}: {mean(found) / whole:.4f} of the whole table's hypervolume (sd {stdev(found) / whole:.4f}), "
        f"after half {halfway / whole:.4f}; random {mean(at_random) / whole:.4f} (sd {stdev(at_random) / whole:.4f}); "
        f"better with {sum(f > r for f, r in zip(found, at_random, strict=True))} of {len(SEEDS)} seeds; "
        f"{seconds:.1f} CPU-s a search"
    )
    assert mean(found) > mean(at_random)
