"""What early exits save on ResNet-8, as means over three seeds; the threshold is chosen on validation alone.

    python -m tests.benchmarks -k early_exits -s

Published for 1 point: 31.6 % (Ghanathe and Wilton, 2022, arXiv:2207.06613). The whole test set.
"""

from __future__ import annotations

import time
from statistics import mean

import pytest

from compression import insight, run

SEEDS = range(3)
STEP = "slice:stages=3,exits="


@pytest.mark.parametrize("taught", ["on", "labels"])
def test_a_third_of_the_multiply_adds_for_a_point(taught: str, capsys) -> None:
    spared, lost, seconds = [], [], []
    for seed in SEEDS:
        started = time.process_time()
        point = run("fashion-mnist/resnet8", [STEP + taught], seed=seed)
        seconds.append(time.process_time() - started)
        asked = {"model": "fashion-mnist/resnet8", "exits": point.artifact}
        answer = insight.answer("slicing_exits", asked)
        assert answer["suggested"] is not None
        at, test = answer["thresholds"].index(answer["suggested"]), answer["test"]
        spared.append(100 * (1 - test["macs"][at] / answer["whole_macs"]))
        lost.append(100 * (test["alone"][-1] - test["accuracy"][at]))
    with capsys.disabled():
        print(
            f"\nexits={taught}: {mean(spared):.1f} % fewer multiply-adds ({min(spared):.1f} to {max(spared):.1f}) "
            f"for {mean(lost):.2f} points ({min(lost):.2f} to {max(lost):.2f}); {mean(seconds):.0f} CPU-seconds "
            "with all measurements"
        )
    if taught == "on":
        assert mean(spared) >= 35 and mean(lost) <= 1.0
