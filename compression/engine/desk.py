"""The desk: takes recipes in, sends their tasks out in order, hands finished points to who waits."""

from __future__ import annotations

import threading
from typing import Any

from compression.engine import outcome
from compression.engine.backlog import Backlog
from compression.engine.connection import Connection
from compression.engine.keeper import Keeper
from compression.engine.tickets import ESTIMATE_RANK, LIVE, Job, Priority, Stage, Task, Ticket
from compression.recipe import canonical_json
from compression.training.progress import Progress, extended

LOSSES = 3
"""A task that was out each time the cluster was lost is given up after so many times."""


class Desk:
    """The jobs of one engine. Every method may be called from any thread, and none blocks.

    Tickets are told outside the lock: what they set off may come back here.
    """

    def __init__(self, module: str, keeper: Keeper) -> None:
        self._module = module
        self._keeper = keeper
        self._lock = threading.RLock()
        self._backlog = Backlog()
        self._jobs: dict[str, Job] = {}
        self._sent: dict[str, Task] = {}
        self._link: Connection | None = None
        self._closed = ""

    @property
    def workers(self) -> int:
        """How many measure at once; 0 while there is no cluster."""
        link = self._link
        return len(link.workers) if link else 0

    # Asking

    def take(self, ticket: Ticket, priority: Priority, *, estimate: bool) -> None:
        """Begin, or join, what the ticket asks for."""
        with self._lock:
            if not self._closed:
                job = self._jobs.setdefault(ticket.key, Job(ticket.recipe, ticket.together))
                job.tickets.append(ticket)
                ticket.attach(self._drop)
                has_estimate = job.estimate is not None or job.recipe.is_trained
                if estimate and priority == LIVE and not has_estimate:
                    self._want(job, "estimate", ESTIMATE_RANK)
                else:
                    self._want(job, "full", priority)
                self._pump()
        if self._closed:
            ticket.tell_error(self._closed)
        elif job.estimate is not None:
            ticket.tell_estimate(job.estimate)
        elif job.progress:
            ticket.tell_progress(job.progress)

    def join(self, ticket: Ticket) -> bool:
        """Wait for what somebody else has asked for; False if nobody has."""
        with self._lock:
            job = self._jobs.get(ticket.key)
            if job is None:
                return False
            job.tickets.append(ticket)
            ticket.attach(self._drop)
        if job.progress:
            ticket.tell_progress(job.progress)
        return True

    def _drop(self, ticket: Ticket) -> None:
        """A ticket was cancelled: what nobody waits for any more is taken back."""
        with self._lock:
            job = self._jobs.get(ticket.key)
            if job is None or ticket not in job.tickets:
                return
            job.tickets.remove(ticket)
            if job.tickets:
                return
            for task in job.tasks.values():
                self._withdraw(task)
            if all(task.state == "over" for task in job.tasks.values()):
                self._jobs.pop(ticket.key, None)
            self._pump()

    # The cluster comes and goes

    def open(self, link: Connection) -> None:
        """There is a cluster: send what was asked meanwhile."""
        with self._lock:
            self._link = link
            self._pump()
        link.listen(self._told)

    def suspend(self) -> None:
        """The cluster is gone: queue again what was out, give up on what was out too often."""
        with self._lock:
            self._link = None
            out, self._sent = list(self._sent.values()), {}
            for task in out:
                task.future = None
                task.losses += 1
                self._backlog.push(task)
            hopeless = [task.job for task in out if task.losses >= LOSSES]
            tickets = [ticket for job in hopeless for ticket in self._forget(job)]
        for ticket in tickets:
            ticket.tell_error(outcome.killed(ticket.recipe))

    def fail_all(self, message: str) -> None:
        """There will be no cluster: everyone who waits is told."""
        with self._lock:
            tickets = [ticket for job in list(self._jobs.values()) for ticket in self._forget(job)]
        for ticket in tickets:
            ticket.tell_error(message)

    def close(self, message: str) -> None:
        with self._lock:
            self._closed = message
        self.fail_all(message)

    # With the lock held

    def _want(self, job: Job, stage: Stage, rank: int) -> None:
        task = job.tasks.get(stage)
        if task is None or task.state == "over":
            job.tasks[stage] = Task(job, stage, rank)
            self._backlog.push(job.tasks[stage])
        else:
            self._backlog.raise_to(task, rank)

    def _pump(self) -> None:
        """Send while there is room."""
        link = self._link
        while link is not None and not link.gone.is_set():
            task = self._backlog.pop(self._measuring(), len(link.workers))
            if task is None:
                return
            self._send(link, task)

    def _send(self, link: Connection, task: Task) -> None:
        arguments = [self._module, "measure", task.job.recipe.model_dump_json(), task.stage]
        if task.job.together:
            arguments.append(canonical_json([r.model_dump() for r in task.job.together]))
        task.state = "sent"
        self._sent[task.key] = task
        try:
            task.future = link.submit(
                task.key, task.rank, arguments, lambda future: self._finished(task, future)
            )
        except Exception:  # the client has just closed: ``suspend`` will put the task back
            link.gone.set()

    def _measuring(self) -> list[Task]:
        """The full measurements that are out, those sent first in front."""
        return [task for task in self._sent.values() if task.stage == "full"]

    def _withdraw(self, task: Task) -> None:
        """Take a task back unless it is most likely running: what has begun is ended and kept.

        A training notices that it is taken back, and stops.
        """
        if task.is_trained or task not in self._measuring()[: self.workers]:
            self._end(task)

    def _end(self, task: Task) -> None:
        task.state = "over"
        self._sent.pop(task.key, None)
        if task.future is not None:
            task.future.release()
            task.future = None

    def _forget(self, job: Job) -> list[Ticket]:
        """End a job and all its tasks; those who waited for it."""
        for task in job.tasks.values():
            self._end(task)
        self._jobs.pop(job.recipe.key, None)
        return list(job.tickets)

    # Coming back, on a thread of Dask's

    def _told(self, recipe_key: str, progress: Progress) -> None:
        """How far a training is; those who join later are told all of it, too."""
        with self._lock:
            job = self._jobs.get(recipe_key)
            if job is None:
                return
            job.progress = extended(job.progress, progress)
            tickets = list(job.tickets)
        for ticket in tickets:
            ticket.tell_progress(job.progress)

    def _finished(self, task: Task, future: Any) -> None:
        with self._lock:
            link = self._link
            if link is None or task.future is not future:
                return
        result = outcome.read(future, task.job.recipe)
        if result.lost:
            link.gone.set()
        elif result.cancelled:
            self._again(task)
        elif task.stage == "estimate":
            self._finished_estimate(task, result)
        else:
            self._finished_full(task, result)

    def _again(self, task: Task) -> None:
        """A training heard that nobody waits just before somebody asked anew: it goes on.

        Under a new key, since the client forgets a released one only a little later.
        """
        with self._lock:
            self._end(task)
            task.attempt += 1
            self._backlog.push(task)
            self._pump()

    def _finished_estimate(self, task: Task, result: outcome.Outcome) -> None:
        """The full measurement follows: beside the estimate it would slow it and the page down.

        An estimate that failed says nothing: the full measurement will say why.
        """
        with self._lock:
            self._end(task)
            task.job.estimate = result.point
            tickets = list(task.job.tickets)
            self._want(task.job, "full", LIVE)
            self._pump()
        if result.point is not None:
            for ticket in tickets:
                ticket.tell_estimate(result.point)

    def _finished_full(self, task: Task, result: outcome.Outcome) -> None:
        warning = None if result.point is None else self._keeper.keep(result.point)
        with self._lock:
            tickets = self._forget(task.job)
            self._pump()
        for ticket in tickets:
            if result.point is not None:
                ticket.tell_point(result.point, warning)
            else:
                ticket.tell_error(result.error)
