"""The queue without any process: what is sent when, and what becomes of it when the cluster is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from compression.engine import questions
from compression.engine.jobs import Priority
from compression.engine.point_job import PointJob
from compression.engine.point_writer import PointWriter
from compression.engine.questions import KEPT, Answers, QuestionJob
from compression.engine.queue import LOSSES, JobQueue
from compression.engine.requests import PointRequest, Request
from compression.engine.screening import CHUNK, screening_jobs
from compression.errors import EngineError
from tests.measured import a_recipe


class Future:
    """What the queue sees of Dask's."""

    def __init__(self, done: Callable[[Any], None]) -> None:
        self.status, self.text, self.done, self.released = "pending", "", done, False

    def result(self, timeout: float) -> str:
        return self.text

    def release(self) -> None:
        self.released = True

    def finish(self, value: object) -> None:
        self.status, self.text = "finished", json.dumps(value)
        self.done(self)


class Link:
    """A connection to a cluster of which the test decides when it answers."""

    def __init__(self, workers: int = 2) -> None:
        self.gone = threading.Event()
        self.workers = tuple(f"worker-{n}" for n in range(workers))
        self.sent: list[tuple[str, Future]] = []

    def submit(
        self, key: str, priority: int, arguments: Sequence[str], done: Callable[[Any], None]
    ) -> Future:
        self.sent.append((arguments[1], Future(done)))
        return self.sent[-1][1]

    def listen(self, told: Callable[..., None]) -> None:
        return None


@pytest.fixture
def queue() -> JobQueue:
    return JobQueue("nowhere")


def lose(queue: JobQueue) -> Link:
    """The cluster goes, and another one comes."""
    queue.suspend()
    link = Link()
    queue.open(link)
    return link


def ask(queue: JobQueue, n: int = 0) -> Request[Any]:
    job = QuestionJob("weights", {"n": n})
    request = Request[Any](job.key)
    queue.add(job, request, Priority.QUESTION)
    return request


def measure(queue: JobQueue, seed: int, priority: Priority) -> PointRequest:
    request = PointRequest(a_recipe(seed))
    queue.add(PointJob(a_recipe(seed), PointWriter()), request, priority)
    return request


def screen(queue: JobQueue, count: int) -> list[Request[list[float]]]:
    jobs = screening_jobs([a_recipe(seed) for seed in range(count)], 100)
    requests = [Request[list[float]](job.key) for job in jobs]
    for job, request in zip(jobs, requests, strict=True):
        queue.add(job, request, Priority.SWEEP)
    return requests


def test_a_question_and_a_screening_are_sent_again_after_a_loss(queue: JobQueue) -> None:
    answer, accuracies = ask(queue), screen(queue, CHUNK)[0]
    queue.open(Link())
    link = lose(queue)
    sent = dict(link.sent)
    assert set(sent) == {"ask", "screen"}
    sent["ask"].finish({"answer": {"n": 1}})
    sent["screen"].finish([0.5])
    assert (answer.result(0), accuracies.result(0)) == ({"n": 1}, [0.5])
    assert all(future.released for future in sent.values())


def test_what_comes_from_a_lost_cluster_is_not_heard(queue: JobQueue) -> None:
    request, first = ask(queue), Link()
    queue.open(first)
    lose(queue)
    first.sent[0][1].finish({"answer": 1})
    assert not request.done


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (ask, "This could not be computed: the processes that tried ended three times"),
        (lambda queue: screen(queue, 1)[0], "The screening could not be done: the processes"),
        (lambda queue: measure(queue, 1, Priority.SWEEP), "could not be measured: the processes"),
    ],
)
def test_what_is_out_at_three_losses_is_given_up(
    queue: JobQueue, asked: Callable[[JobQueue], Request[Any]], says: str
) -> None:
    request = asked(queue)
    queue.open(Link())
    for _ in range(LOSSES - 1):
        assert lose(queue).sent
        assert not request.done
    assert not lose(queue).sent
    with pytest.raises(EngineError, match=says):
        request.result(0)


def test_a_question_goes_before_sweeps_and_does_not_wait_for_their_room(queue: JobQueue) -> None:
    for seed in range(20):
        measure(queue, seed, Priority.SWEEP)
    ask(queue, 1)
    link = Link()
    queue.open(link)
    ask(queue, 2)
    measure(queue, 30, Priority.LIVE)
    measure(queue, 31, Priority.LIVE)
    ask(queue, 3)
    names = [name for name, _ in link.sent]
    assert names == ["ask", *["measure"] * 4, "ask", "measure", "ask"]


def test_a_screening_leaves_room_as_a_sweep_does(queue: JobQueue) -> None:
    requests = screen(queue, 20 * CHUNK)
    link = Link()
    queue.open(link)
    assert len(link.sent) == 4
    link.sent[0][1].finish([0.5] * CHUNK)
    assert len(link.sent) == 5
    for request in reversed(requests):
        request.cancel()
    assert len(link.sent) == 5


def test_screenings_that_differ_share_no_job() -> None:
    """Equal in length and in their first recipe."""
    first = screening_jobs([a_recipe(1), a_recipe(2)], 100)
    others = [
        screening_jobs([a_recipe(1), a_recipe(3)], 100),
        screening_jobs([a_recipe(1), a_recipe(2)], 200),
    ]
    assert len({jobs[0].key for jobs in (first, *others)}) == 3


def test_a_closed_queue_says_so_and_sends_nothing(queue: JobQueue) -> None:
    waiting = ask(queue, 1)
    queue.close("The engine was closed.")
    late = ask(queue, 2)
    assert (waiting.error, late.error) == ("The engine was closed.",) * 2


def test_equal_questions_are_one_request_and_the_oldest_is_forgotten() -> None:
    answers = Answers()
    first, is_new = answers.request("first")
    assert is_new
    for n in range(KEPT - 1):
        answers.request(str(n))
    assert answers.request("first") == (first, False)
    unused, _ = answers.request("0")
    answers.request("one more")
    answers.request("0")
    assert answers.request("first") == (first, False)
    assert answers.request("1")[1], "the oldest unused"
    assert not unused.done


def test_an_unanswered_question_that_is_forgotten_says_so(queue: JobQueue) -> None:
    answers = Answers()
    oldest, _ = answers.request("oldest")
    for n in range(KEPT):
        answers.request(str(n))
    with pytest.raises(EngineError, match="Too many questions"):
        oldest.result(0)


def test_a_failure_is_an_answer_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    answers = Answers()
    request, _ = answers.request("a")
    request.tell_error("It went wrong.")
    now[0] += questions.ERROR_SECONDS
    assert answers.request("a") == (request, False)
    now[0] += 0.1
    again, is_new = answers.request("a")
    assert is_new
    again.tell_value(5)
    now[0] += 1000
    assert answers.request("a") == (again, False)
