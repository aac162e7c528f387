"""The queue: takes jobs in, sends their tasks out in order, hands what comes back to those who wait."""

from __future__ import annotations

import threading
from typing import Any

from compression.engine import result
from compression.engine.backlog import Backlog
from compression.engine.connection import Connection
from compression.engine.jobs import Job, Priority, Stage, Task
from compression.engine.requests import Request
from compression.engine.result import Result
from compression.training.progress import Progress, extended

LOSSES = 3
"""A task that was out each time the cluster was lost is given up after so many times."""


class JobQueue:
    """The jobs of one engine. Every method may be called from any thread, and none blocks.

    Requests are told outside the lock: what they set off may come back here.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.RLock()
        self._backlog = Backlog()
        self._jobs: dict[str, Job] = {}
        self._sent: dict[str, Task] = {}
        self._link: Connection | None = None
        self._closed = ""

    @property
    def workers(self) -> int:
        """How many work at once; 0 while there is no cluster."""
        link = self._link
        return len(link.workers) if link else 0

    def jobs(self) -> list[Job]:
        with self._lock:
            return list(self._jobs.values())

    # Asking

    def add(
        self, job: Job, request: Request[Any], priority: Priority, *, first: Stage = "full"
    ) -> None:
        """Begin a job for a request, or join the equal one there is; an estimate that comes first is not made twice."""
        with self._lock:
            if not self._closed:
                job = self._jobs.setdefault(job.key, job)
                job.take(request, self._withdraw)
                job.is_asked |= priority > Priority.PREFETCH
                if first == "estimate" and job.estimate is None:
                    self._want(job, "estimate", Priority.ESTIMATE)
                else:
                    self._want(job, "full", priority)
                self._pump()
        if self._closed:
            request.tell_error(self._closed)
        else:
            job.tell_so_far(request)

    def join(self, request: Request[Any]) -> bool:
        """Wait for what somebody else has asked for; False if nobody has."""
        with self._lock:
            job = self._jobs.get(request.key)
            if job is None:
                return False
            job.take(request, self._withdraw)
            job.is_asked = True
        job.tell_so_far(request)
        return True

    def _withdraw(self, request: Request[Any]) -> None:
        """A request was cancelled: what nobody waits for any more is taken back."""
        with self._lock:
            job = self._jobs.get(request.key)
            if job is None or request not in job.requests:
                return
            job.requests.remove(request)
            if job.requests:
                return
            for task in job.tasks.values():
                self._take_back(task)
            if all(task.state == "over" for task in job.tasks.values()):
                self._jobs.pop(job.key, None)
            self._pump()

    # The cluster comes and goes

    def open(self, link: Connection) -> None:
        """There is a cluster: send what was asked meanwhile."""
        with self._lock:
            self._link = link
            self._pump()
        link.listen(self._progressed)

    def suspend(self) -> None:
        """The cluster is gone: queue again what was out, give up on what was out too often."""
        with self._lock:
            self._link = None
            out, self._sent = list(self._sent.values()), {}
            for task in out:
                task.future = None
                task.losses += 1
                self._backlog.push(task)
            given_up = [task.job for task in out if task.losses >= LOSSES]
            failed = [(request, job) for job in given_up for request in self._forget(job)]
        for request, job in failed:
            request.tell_error(result.killed(job))

    def fail_all(self, message: str) -> None:
        """There will be no cluster: everyone who waits is told."""
        with self._lock:
            requests = [r for job in list(self._jobs.values()) for r in self._forget(job)]
        for request in requests:
            request.tell_error(message)

    def close(self, message: str) -> None:
        with self._lock:
            self._closed = message
        self.fail_all(message)

    # With the lock held

    def _want(self, job: Job, stage: Stage, priority: Priority) -> None:
        task = job.tasks.get(stage)
        if task is None or task.state == "over":
            job.tasks[stage] = Task(job, stage, priority)
            self._backlog.push(job.tasks[stage])
        else:
            self._backlog.raise_to(task, priority)

    def _pump(self) -> None:
        """Send while there is room."""
        link = self._link
        while link is not None and not link.gone.is_set():
            task = self._backlog.pop(self._measuring(), len(link.workers))
            if task is None:
                return
            self._send(link, task)

    def _send(self, link: Connection, task: Task) -> None:
        task.state = "sent"
        self._sent[task.key] = task
        arguments = [self._module, *task.job.call(task.stage)]
        try:
            task.future = link.submit(
                task.key, task.priority, arguments, lambda future: self._finished(task, future)
            )
        except Exception:  # the client has just closed: ``suspend`` will put the task back
            link.gone.set()

    def _measuring(self) -> list[Task]:
        """The tasks out that fill a worker, those sent first in front."""
        return [task for task in self._sent.values() if not task.is_quick]

    def _take_back(self, task: Task) -> None:
        """End a task unless it is most likely running: what has begun is finished and kept.

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

    def _forget(self, job: Job) -> list[Request[Any]]:
        """End a job and all its tasks; those who waited for it."""
        for task in job.tasks.values():
            self._end(task)
        self._jobs.pop(job.key, None)
        return list(job.requests)

    # Coming back, on a thread of Dask's

    def _progressed(self, key: str, progress: Progress) -> None:
        """How far a training is; those who join later are told all of it, too."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return
            job.progress = extended(job.progress, progress)
            requests = list(job.requests)
        for request in requests:
            request.tell_progress(job.progress)

    def _finished(self, task: Task, future: Any) -> None:
        with self._lock:
            link = self._link
            if link is None or task.future is not future:
                return
        read = result.read(future, task.job)
        if read.is_lost:
            link.gone.set()
        elif read.is_cancelled:
            self._again(task)
        elif task.stage == "estimate":
            self._finished_estimate(task, read)
        else:
            self._finished_full(task, read)

    def _again(self, task: Task) -> None:
        """A training heard that nobody waits just before somebody asked anew: it goes on.

        Under a new key, since the client forgets a released one only a little later.
        """
        with self._lock:
            self._end(task)
            task.attempt += 1
            self._backlog.push(task)
            self._pump()

    def _finished_estimate(self, task: Task, read: Result) -> None:
        """The full measurement follows: beside the estimate it would slow it and the page down.

        An estimate that failed says nothing: the full measurement will say why.
        """
        with self._lock:
            self._end(task)
            task.job.estimate = read.value
            requests = list(task.job.requests)
            self._want(task.job, "full", Priority.LIVE)
            self._pump()
        if not read.error:
            for request in requests:
                request.tell_estimate(read.value)

    def _finished_full(self, task: Task, read: Result) -> None:
        was_asked = task.job.is_asked
        warning = None if read.error else task.job.save(read.value)
        with self._lock:
            requests = self._forget(task.job)
            self._pump()
        if task.job.is_asked and not was_asked:
            task.job.asked_late()
        for request in requests:
            if read.error:
                request.tell_error(read.error)
            else:
                request.tell_value(read.value, warning)
