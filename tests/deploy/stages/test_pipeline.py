"""Stages as real processes: right answers in order, and a clear sentence for whatever goes wrong. Nothing hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zmq

from compression import pipeline as engine
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Deployment
from compression.deploy.stages.links import listening, new_key, read_key, sending
from compression.deploy.stages.message import Message, written
from compression.deploy.stages.pipeline import Pipeline
from compression.deploy.stages.processes import ROOT, StageError
from compression.errors import UsageError
from compression.recipe import Recipe
from compression.subjects import look_up

pytestmark = [pytest.mark.alone, pytest.mark.slow]
MODEL = "digits/cnn"


def cut(*steps: str) -> Deployment:
    return deploy(engine.compress(look_up(MODEL), Recipe.build(MODEL, steps or ["slice:stages=3"])))


def inputs(count: int = 16) -> np.ndarray:
    return look_up(MODEL).data.test.inputs[:count]


@pytest.fixture(scope="module")
def shared() -> Iterator[Pipeline]:
    with Pipeline(cut(), timeout_s=5) as running:
        yield running


@pytest.fixture
def running() -> Iterator[Pipeline]:
    with Pipeline(cut(), timeout_s=3) as running:
        yield running


def test_its_answers_are_the_whole_models(shared: Pipeline) -> None:
    expected = look_up(MODEL).session.run(None, {"input": inputs()})[0]
    assert np.abs(shared.run(None, {"input": inputs()})[0] - expected).max() <= 1e-5


def test_batches_in_flight_are_answered_in_their_order(shared: Pipeline) -> None:
    batches = [inputs()[at : at + 2] for at in range(0, 16, 2)] * 4
    expected = [look_up(MODEL).session.run(None, {"input": batch})[0] for batch in batches]
    answers = [next(iter(each.tensors.values())) for each in shared.run_many(batches, in_flight=5)]
    assert all(np.allclose(a, e, atol=1e-5) for a, e in zip(answers, expected, strict=True))


def test_each_stage_tells_what_it_did(shared: Pipeline) -> None:
    work, links = shared.work(inputs()), [link.bytes for link in cut().links]
    assert [each.stage for each in work] == [1, 2, 3]
    assert [each.sent_bytes for each in work[:2]] == [16 * count for count in links]
    assert all(each.cpu_us > 0 for each in work)
    assert not Path("/proc/self/status").exists() or all(each.memory_bytes > 0 for each in work)


def test_a_layer_shared_out_is_put_together_again() -> None:
    model = "fashion-mnist/lenet5"
    steps = ["slice:stages=3,objective=memory"]
    deployment = deploy(engine.compress(look_up(model), Recipe.build(model, steps)))
    assert max(deployment.side_by_side) > 1
    given = look_up(model).data.test.inputs[:8]
    expected = look_up(model).session.run(None, {"input": given})[0]
    with Pipeline(deployment) as running:
        assert np.abs(running.run(None, {"input": given})[0] - expected).max() <= 1e-5


def test_a_dead_stage_is_told_of_within_two_seconds_and_comes_back(running: Pipeline) -> None:
    expected = running.run(None, {"input": inputs()})[0]
    os.kill(running.stages[1].process.pid, signal.SIGTERM)
    began = time.monotonic()
    with pytest.raises(StageError, match=r"Stage 2 of 3 has died.*start it again\.$"):
        while True:
            running.run(None, {"input": inputs()})
    assert time.monotonic() - began < 2
    assert running.dead == (2,)
    running.restart(2)
    assert running.dead == ()
    assert np.array_equal(running.run(None, {"input": inputs()})[0], expected)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="This system can't suspend a process.")
def test_a_stage_that_is_alive_but_silent_ends_in_a_sentence(running: Pipeline) -> None:
    os.kill(running.stages[2].process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(
            StageError, match=r"No answer came within 3 s, though all stages are alive"
        ):
            running.run(None, {"input": inputs()})
    finally:
        os.kill(running.stages[2].process.pid, signal.SIGCONT)


def test_garbage_and_a_wrong_shape_are_refused_and_work_goes_on(running: Pipeline) -> None:
    with zmq.Context() as context:
        peer = sending(context, running.stages[0].address, key=None, timeout_s=2)
        peer.send_multipart([b"\x00\xffgarbage", b"more"])
        peer.send_multipart(written(Message(1, {"input": np.zeros((1, 3, 9), np.float32)})))
        seen = _wait_for(lambda: len(running.stages[0].said) >= 2)
        peer.close()
    assert seen and all(
        said.startswith("Refused what a peer sent.") for said in running.stages[0].said
    )
    assert len(running.run(None, {"input": inputs()})[0]) == 16


def test_a_message_that_is_too_large_is_cut_off_and_work_goes_on(running: Pipeline) -> None:
    with zmq.Context() as context:
        peer = sending(context, running.stages[0].address, key=None, timeout_s=2)
        peer.send_multipart([b"{}", bytes(64 * 2**20)])
        assert len(running.run(None, {"input": inputs()})[0]) == 16
        peer.close()


def test_too_little_memory_is_said_when_a_stage_starts() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("Only Linux limits what a process holds.")
    with pytest.raises(
        StageError, match=r"Stage \d did not start \(it may take 1 MB above an idle process\): ."
    ):
        Pipeline(cut(), memory_mb=1)


def test_no_process_is_left_behind() -> None:
    with Pipeline(cut()) as running:
        processes = [stage.process for stage in running.stages]
    assert all(process.poll() is not None for process in processes)
    assert not running._folder.exists()


def test_a_stage_needs_neither_torch_nor_onnx() -> None:
    code = (
        "import compression.deploy.stages.__main__, sys; "
        "print([name for name in ('torch', 'onnx', 'streamlit', 'pandas') if name in sys.modules])"
    )
    assert (
        subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "[]"
    )


def test_beyond_this_machine_a_key_is_required(tmp_path: Path) -> None:
    with zmq.Context() as context:
        with pytest.raises(UsageError, match=r"give the pipeline's secret with --key"):
            listening(context, "tcp://0.0.0.0:*", key=None, most_bytes=100)
        with pytest.raises(UsageError, match="give the pipeline's secret"):
            sending(context, "tcp://10.0.0.7:5701", key=None, timeout_s=1)
        with pytest.raises(UsageError, match="is no address"):
            listening(context, "http://127.0.0.1", key=None, most_bytes=100)


def test_a_port_in_use_is_said() -> None:
    with zmq.Context() as context:
        first = listening(context, "tcp://127.0.0.1:*", key=None, most_bytes=100)
        address = first.get(zmq.LAST_ENDPOINT).decode()
        with pytest.raises(UsageError, match="is in use by another program"):
            listening(context, address, key=None, most_bytes=100)
        first.close()


def test_only_who_holds_the_key_is_heard(tmp_path: Path) -> None:
    ours, theirs = new_key(tmp_path / "ours"), new_key(tmp_path / "theirs")
    assert read_key(tmp_path / "ours") == ours
    assert os.name != "posix" or (tmp_path / "ours").stat().st_mode & 0o77 == 0
    server, client = zmq.Context(), zmq.Context()
    inlet = listening(server, "tcp://127.0.0.1:*", key=ours, most_bytes=100)
    address = inlet.get(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()
    for key in (theirs, None):
        stranger = sending(client, address, key=key, timeout_s=0.5)
        with pytest.raises(zmq.Again):
            stranger.send(b"let me in")
        stranger.close()
    friend = sending(client, address, key=ours, timeout_s=5)
    friend.send(b"it's me")
    assert inlet.poll(5000) and inlet.recv() == b"it's me"
    client.destroy(linger=0)


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret")
    with pytest.raises(UsageError, match="holds no key"):
        read_key(tmp_path / "key")
    with pytest.raises(UsageError, match="is there already"):
        new_key(tmp_path / "key")


def test_the_command_line_runs_the_same_stage(tmp_path: Path) -> None:
    (tmp_path / "stage.onnx").write_bytes(cut("slice").parts[0].model)
    command = [sys.executable, "-m", "compression", "stage", str(tmp_path / "stage.onnx")]
    options = ["--listen", "tcp://127.0.0.1:*", "--next", "tcp://127.0.0.1:1", "--idle", "0.2"]
    run = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0
    assert "Listening on tcp://127.0.0.1:" in run.stderr and "Nothing came for 0.2 s" in run.stderr


def test_a_file_that_is_no_stage_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stage.onnx").write_bytes(b"no model")
    settings = {
        "file": str(tmp_path / "stage.onnx"), "listen": "tcp://127.0.0.1:*", "next": [], "number": 1,
        "memory_mb": 0, "timeout_s": 1,
    }  # fmt: skip
    command = [sys.executable, "-m", "compression.deploy.stages", json.dumps(settings)]
    started = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said = started.stderr.read()  # its standard input stays open, for it ends with its parent
    assert started.wait(60) == 2 and "is no ONNX file of a stage" in said
    started.stdin.close()
    started.stderr.close()


def _wait_for(condition: object, seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False
