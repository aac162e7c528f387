"""Two stages beside the whole model: throughput at batch 32 in the same run, a thread each, in turns.

    python -m tests.benchmarks -k pipeline_speed -s

Cut where the slower of the two stages, timed alone on the thread's own clock, is fastest. The bound that is printed is
what the two would reach if messages cost nothing and each had a core that runs as fast as when it is alone.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from compression import pipeline
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Deployment
from compression.deploy.runtime import open_session
from compression.deploy.slicing.layers import layers_of
from compression.deploy.stages.pipeline import Pipeline
from compression.recipe import Recipe
from compression.subjects import look_up

pytestmark = pytest.mark.benchmark
BATCH, BATCHES, TURNS, REPEATS = 32, 576, 9, 40
"""So many batches that filling the pipeline and emptying it count for little."""


def cut(model: str, *steps: str) -> Deployment:
    return deploy(pipeline.compress(look_up(model), Recipe.build(model, steps)))


def stage_ms(deployment: Deployment, batch: np.ndarray) -> list[float]:
    """Of each part alone: thread time, the least of many."""
    values, found = {"input": batch}, []
    for part in deployment.parts:
        session = open_session(part.model)
        names = [port.name for port in session.get_outputs()]
        times = []
        for _ in range(REPEATS):
            began = time.thread_time_ns()
            made = session.run(names, values)
            times.append((time.thread_time_ns() - began) / 1e6)
        found.append(min(times))
        values = dict(zip(names, made, strict=True))
    return found


@pytest.mark.parametrize("model", ["fashion-mnist/ds-cnn", "fashion-mnist/resnet8"])
def test_two_stages_beside_the_whole_model(model: str, capsys) -> None:
    subject = look_up(model)
    batches = [subject.data.test.inputs[at : at + BATCH] for at in range(0, 64 * BATCH, BATCH)]
    (alone,) = stage_ms(cut(model), batches[0])
    count = len(layers_of(cut(model).parts[0].loaded).points)
    places = {
        at: stage_ms(cut(model, f"slice:cuts={at}"), batches[0]) for at in range(1, count + 1)
    }
    at = min(places, key=lambda each: max(places[each]))
    sent = [batches[number % len(batches)] for number in range(BATCHES)]
    whole, split = [], []
    with Pipeline(cut(model, f"slice:cuts={at}")) as running:
        list(running.run_many(sent))
        for _ in range(TURNS):
            began = time.perf_counter()
            for batch in sent:
                subject.session.run(None, {"input": batch})
            between = time.perf_counter()
            answers = list(running.run_many(sent))
            whole.append(between - began)
            split.append(time.perf_counter() - between)
    assert len(answers) == BATCHES
    low, ratio, high = np.percentile(np.array(whole) / np.array(split), [10, 50, 90])
    rates = [BATCH * BATCHES / np.median(each) for each in (whole, split)]
    with capsys.disabled():
        print(
            f"\n{model}, cut {at}: {rates[1]:,.0f}/s in two stages, {rates[0]:,.0f}/s whole: {ratio:.2f}x "
            f"({low:.2f} to {high:.2f}, wanted 1.6); stages {places[at][0]:.2f} and {places[at][1]:.2f} ms, whole "
            f"{alone:.2f} ms, so at most {alone / max(places[at]):.2f}x"
        )
    assert ratio > 1
