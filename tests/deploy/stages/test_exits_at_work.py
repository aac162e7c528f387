"""Stages that answer by themselves: the same answers as in one process, and what goes on when a device dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from compression import pipeline as engine
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Deployment
from compression.deploy.early_exits import EarlyExits
from compression.deploy.stages.exiting import Gathered
from compression.deploy.stages.message import Message
from compression.deploy.stages.pipeline import Pipeline
from compression.deploy.stages.processes import ROOT, StageError
from compression.recipe import Recipe
from compression.subjects import look_up

pytestmark = [pytest.mark.alone, pytest.mark.slow]
MODEL, STEP = "digits/cnn", "slice:stages=3,exits=on,threshold=0.8"


@cache
def cut() -> Deployment:
    return deploy(engine.compress(look_up(MODEL), Recipe.build(MODEL, [STEP])))


@cache
def expected() -> tuple[np.ndarray, np.ndarray]:
    session = cut().exact_session()
    assert isinstance(session, EarlyExits)
    return session.answers({"input": digits()})


def digits(count: int = 64) -> np.ndarray:
    return look_up(MODEL).data.test.inputs[:count]


@pytest.fixture
def running() -> Iterator[Pipeline]:
    with Pipeline(cut(), timeout_s=1.5) as running:
        yield running


def test_each_example_leaves_where_it_leaves_in_one_process(running: Pipeline) -> None:
    logits, left = expected()
    assert len(np.unique(left)) > 1  # else nothing is tested
    answer = running.answered(running.send(digits()))
    assert np.array_equal(answer.left, left) and not len(answer.missed)
    assert np.allclose(answer.logits, logits, atol=1e-5)


def test_only_what_is_unsure_is_counted_on_the_link(running: Pipeline) -> None:
    _, left = expected()
    work = running.work(digits())
    assert work[0].sent_bytes == (left > 0).sum() * cut().links[0].bytes
    assert work[1].sent_bytes == (left > 1).sum() * cut().links[1].bytes


def test_batches_that_travel_together_are_answered_one_by_one(running: Pipeline) -> None:
    logits, left = expected()
    answers = list(running.run_many([digits()[at : at + 8] for at in range(0, 64, 8)]))
    assert [len(each.logits) for each in answers] == [8] * 8
    assert np.allclose(np.concatenate([each.logits for each in answers]), logits, atol=1e-5)
    assert np.array_equal(np.concatenate([each.left for each in answers]), left)


def test_the_devices_before_a_dead_one_go_on_and_it_comes_back(running: Pipeline) -> None:
    _, left = expected()
    os.kill(running.stages[1].process.pid, signal.SIGKILL)
    began = time.monotonic()
    for _ in range(20):  # more than wait on any link
        answer = running.answered(running.send(digits()))
        if not running.dead:
            continue
        assert (answer.left == 0).all()
        assert np.array_equal(answer.missed, np.flatnonzero(left > 0))
    assert running.dead == (2,)
    assert time.monotonic() - began < 2 + 1  # 1 for the machine
    running.restart(2)
    until = time.monotonic() + 10
    while len(running.answered(running.send(digits())).missed) and time.monotonic() < until:
        continue
    answer = running.answered(running.send(digits()))
    assert np.array_equal(answer.left, left) and not len(answer.missed)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="This system can't suspend a process.")
def test_a_silent_device_costs_its_time_out_and_no_answer(running: Pipeline) -> None:
    os.kill(running.stages[1].process.pid, signal.SIGSTOP)
    try:
        answer = running.answered(running.send(digits()))
        assert (answer.left == 0).all() and len(answer.missed)
    finally:
        os.kill(running.stages[1].process.pid, signal.SIGCONT)


def test_without_the_first_device_there_is_no_answer(running: Pipeline) -> None:
    os.kill(running.stages[0].process.pid, signal.SIGKILL)
    with pytest.raises(StageError, match="Stage 1 of 3 has died"):
        while True:
            running.answered(running.send(digits()))


def test_an_answer_for_other_examples_than_were_sent_on_is_not_taken() -> None:
    gathered = Gathered(["early", "last"], 0.9)
    gathered.add(Message(0, {"early": np.zeros((4, 3), np.float32)}))
    gathered.add(Message(0, {"last": np.zeros((2, 3), np.float32)}))
    assert gathered.missing == 1
    answer = gathered.answer(0)
    assert answer is not None and answer.missed.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--threshold", "0.9"], "give both or neither"),
        (["--threshold", "0.9", "--answers", "tcp://127.0.0.1:1"], "has no early exit"),
    ],
)
def test_a_stage_without_an_exit_is_given_no_threshold(
    tmp_path: Path, options: list[str], sentence: str
) -> None:
    (tmp_path / "last.onnx").write_bytes(cut().parts[-1].model)
    command = [sys.executable, "-m", "compression", "stage", str(tmp_path / "last.onnx")]
    addresses = ["--listen", "tcp://127.0.0.1:*", "--next", "tcp://127.0.0.1:1"]
    run = subprocess.run(
        [*command, *addresses, *options], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 2 and sentence in " ".join(run.stderr.split())
