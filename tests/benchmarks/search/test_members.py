"""How long 100 sub-networks of a supernet take, each judged on 2,000 validation images: two processes, a thread each.

python -m tests.benchmarks -k test_members
"""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random

import pytest

COUNT, IMAGES, CORES = 100, 2000, 2
SECONDS = 8.0


def judged(seeds: list[int]) -> tuple[float, list[float]]:
    """How many seconds it took to cut out and judge a member of each seed, and their accuracies."""
    import torch

    from compression.models.subnets import drawn
    from compression.models.supernet_weights import cut_out, estimate_norms
    from compression.subjects import look_up

    torch.set_num_threads(1)
    subject = look_up("fashion-mnist/supernet")
    whole, split = subject.original.module, subject.data.validation
    inputs, labels = (
        torch.from_numpy(split.inputs)[:IMAGES],
        torch.from_numpy(split.labels)[:IMAGES],
    )
    calibration = subject.calibration_for(0, 512)
    accuracies = []
    began = time.perf_counter()
    for seed in seeds:
        member = cut_out(whole, drawn(Random(seed), narrow=seed % 2 == 0))
        estimate_norms(member, calibration)
        with torch.inference_mode():
            right = [
                (member(x).argmax(1) == y).sum()
                for x, y in zip(inputs.split(500), labels.split(500), strict=True)
            ]
        accuracies.append(float(sum(right)) / len(labels))
    return time.perf_counter() - began, accuracies


@pytest.mark.benchmark
def test_a_hundred_members_are_judged_in_seconds() -> None:
    shares = [list(range(core, COUNT, CORES)) for core in range(CORES)]
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(judged, shares))
    seconds = max(each for each, _ in found)
    accuracies = sorted(accuracy for _, several in found for accuracy in several)
    print(
        f"\n{COUNT} sub-networks on {IMAGES:,} images each: {seconds:.1f} s; accuracy on validation "
        f"{accuracies[0]:.1%} to {accuracies[-1]:.1%}, half of them over {accuracies[COUNT // 2]:.1%}"
    )
    assert len(accuracies) == COUNT
    assert seconds < SECONDS
