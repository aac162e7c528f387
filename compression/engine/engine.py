"""The engine: what may be asked of it, and the parts that see to it."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compression.engine.jobs import Job, Priority
from compression.engine.local_cluster import TASKS
from compression.engine.point_job import PointJob
from compression.engine.point_writer import PointWriter
from compression.engine.questions import Answers, QuestionJob, keeper, kept_answer
from compression.engine.queue import JobQueue
from compression.engine.requests import PointRequest, Request
from compression.engine.screening import Glance, glance_jobs, screening_jobs
from compression.engine.searching import ProposalJob
from compression.engine.state import EngineState
from compression.engine.supervisor import Supervisor
from compression.engine.sweep_run import SweepRun
from compression.engine.sweeps import Sweeps, SweepWatch
from compression.engine.under_way import UnderWay, under_way
from compression.recipe import Recipe
from compression.recipe.proposals import Proposal
from compression.recipe.sweep import Sweep
from compression.store import Store
from compression.store.beside import KEPT

CLOSED = "The engine was closed."


class Engine:
    """Measures recipes on a cluster that it starts, watches and starts again.

    Thread-safe, and nothing blocks but ``Request.wait``, ``Request.result``, ``SweepRun.wait``, ``screen``, ``glance``
    and ``close``. Requests made before the cluster is ready, or while it is lost, are kept. ``module``
    names the functions that workers run, ``workers`` how many there are (0: one per core).
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        module: str = TASKS,
        workers: int = 0,
    ) -> None:
        self._writer = PointWriter(store)
        self._queue = JobQueue(module)
        self._supervisor = Supervisor(self._queue, module, workers)
        self._answers = Answers()
        self._sweeps = Sweeps(self)

    def __enter__(self) -> Engine:
        self.start_in_background()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def state(self) -> EngineState:
        """What the engine is doing, with a sentence for the user."""
        return self._supervisor.state

    @property
    def workers(self) -> int:
        """How many measure at once; 0 while there is no cluster."""
        return self._queue.workers

    @property
    def under_way(self) -> tuple[UnderWay, ...]:
        """What this process has asked for and is not there yet, in the order in which it goes."""
        return under_way(self._queue.jobs())

    @property
    def store(self) -> Store:
        """Where its points go."""
        return self._writer.store

    def start_in_background(self, after: float = 0.0) -> None:
        """Start the cluster unless it runs, ``after`` so many seconds or at a ``hurry``; returns at once."""
        if self._supervisor.start(after):
            atexit.register(self.close)

    def hurry(self) -> None:
        """Start the cluster now, if it is still to wait."""
        self._supervisor.hurry()

    def close(self) -> None:
        """End the cluster. Running sweeps stay in the store and can be resumed."""
        atexit.unregister(self.close)
        self._supervisor.stop(CLOSED)
        self._sweeps.stop()
        self._queue.close(CLOSED)
        self._supervisor.close()

    def request(
        self,
        recipe: Recipe,
        *,
        priority: Priority = Priority.LIVE,
        estimate: bool = True,
        on_done: Callable[[PointRequest], None] | None = None,
    ) -> PointRequest:
        """Ask for a recipe's point; a live request gets an estimate first, unless told otherwise.

        A recipe whose full point is in the store is answered at once. Equal recipes share the work.
        One that trains has no estimate and is never prefetched: its request tells the progress, and
        training stops within a second once all its requests are cancelled.
        """
        request = PointRequest(recipe, on_done=on_done)
        known = self._writer.find(recipe.key)
        if known is not None:
            request.tell_value(known)
            if priority > Priority.PREFETCH:
                self._writer.ask_for(recipe.key)
        elif recipe.is_trained and priority == Priority.PREFETCH:
            request.tell_error(f"{recipe.describe()} is trained: ask for it, it is not done ahead.")
        else:
            self.start_in_background()
            is_estimated = estimate and priority == Priority.LIVE and not recipe.is_trained
            job = PointJob(recipe, self._writer)
            self._queue.add(job, request, priority, first="estimate" if is_estimated else "full")
        return request

    def join(self, recipe: Recipe) -> PointRequest | None:
        """A request for a recipe that is being measured or trained right now; None if it is not."""
        request = PointRequest(recipe)
        return request if self._queue.join(request) else None

    def warm(self, model: str) -> None:
        """Have the workers load a model that somebody looks at; again after a restart."""
        self.start_in_background()
        self._supervisor.warm(model)

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Request[Any]:
        """Ask a worker one of the questions of ``compression.insight``; equal ones share a request."""
        self.start_in_background()
        job = QuestionJob(question, arguments)
        keep = keeper(self.store, question, arguments) if question in KEPT else None
        request, is_new = self._answers.request(job.key, keep)
        if is_new and keep and (kept := kept_answer(self.store, question, arguments)) is not None:
            request.tell_value(kept)
        elif is_new:
            self._queue.add(job, request, Priority.QUESTION)
        return request

    def screen(
        self, recipes: Sequence[Recipe], *, examples: int = 2000, seconds: float = 600
    ) -> list[float]:
        """The accuracy of each recipe on the first ``examples`` test examples, in 32-bit floats; unstored.

        Blocks until all are there; EngineError when one fails, or where none comes for ``seconds``.
        """
        return self._all_of(screening_jobs(recipes, examples), seconds)

    def glance(
        self, recipes: Sequence[Recipe], *, examples: int = 2000, seconds: float = 600
    ) -> list[Glance]:
        """Validation accuracy, size and multiply-accumulates of each recipe, exactly but untimed and unstored.

        The test set is not looked at. Blocks as ``screen`` does.
        """
        return self._all_of(glance_jobs(recipes, examples), seconds)

    def _all_of(self, jobs: Sequence[Job], seconds: float) -> list[Any]:
        self.start_in_background()
        requests = []
        for job in jobs:
            requests.append(Request[list[Any]](job.key))
            self._queue.add(job, requests[-1], Priority.SWEEP)
        try:
            return [each for request in requests for each in request.result(seconds)]
        finally:
            for request in reversed(requests):  # last asked first: none is sent meanwhile
                request.cancel()

    def propose(self, question: str) -> Request[Proposal]:
        """Ask a worker where a search is to look next."""
        self.start_in_background()
        job = ProposalJob(question)
        request = Request[Proposal](job.key)
        self._queue.add(job, request, Priority.SWEEP)
        return request

    def start_sweep(self, sweep: Sweep) -> SweepRun | SweepWatch:
        """Measure every recipe of a sweep not yet measured; it is recorded in the store first."""
        return self._sweeps.start(sweep)

    def sweep(self, key: str) -> SweepRun | SweepWatch | None:
        """The sweep of that key, whichever process runs or ran it."""
        return self._sweeps.find(key)

    def cancel_sweep(self, key: str) -> None:
        """Cancel a sweep that this process runs, even one whose start was interrupted; it is recorded on return."""
        self._sweeps.cancel(key)

    def delete_sweep(self, key: str) -> bool:
        """Forget a sweep: cancelled first, whoever runs it. What it measured stays. False if there was none."""
        return self._sweeps.delete(key)

    def resume_sweeps(self) -> list[SweepRun]:
        """Go on with the sweeps whose process ended before they were finished."""
        return self._sweeps.resume()
