"""A connection to a cluster: our own child process, or an existing one at ``COMPACT_SCHEDULER``."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import Any

from compression.engine import early
from compression.engine.existing_cluster import security_of, workers_of
from compression.engine.jobs import Priority
from compression.engine.local_cluster import (
    START_SECONDS,
    STOP_SECONDS,
    first_line,
    named_scheduler,
    spawn,
    stop,
)
from compression.engine.open_files import raise_limit
from compression.engine.worker.progress import TOPIC
from compression.engine.worker.tasks import call
from compression.errors import EngineError, reason_of
from compression.recipe.fingerprint import fingerprint
from compression.training.progress import Progress

CONNECT_SECONDS = 3.0


class Connection:
    """One open connection. ``gone`` is set once, when it is lost or closed."""

    def __init__(
        self, client: Any, workers: Sequence[str], process: subprocess.Popen[bytes] | None
    ) -> None:
        self.gone = threading.Event()
        self.workers = tuple(workers)
        self._client = client
        self._process = process
        self._warmed: dict[str, list[Any]] = {}
        if process is not None:
            threading.Thread(target=self._watch, args=(process,), daemon=True).start()

    @classmethod
    def open(cls, module: str, workers: int) -> Connection:
        """Join the cluster of ``COMPACT_SCHEDULER``, else start one; EngineError if it can't be."""
        raise_limit()
        address = named_scheduler()
        return cls._joined(address) if address else cls._started(module, workers)

    def submit(
        self, key: str, priority: int, arguments: Sequence[str], done: Callable[[Any], None]
    ) -> Any:
        """Send one call; the future, ``done`` is called with it at its end, on a thread of Dask's."""
        from dask._task_spec import Task

        # A "data producer" waits in the scheduler's queue, by priority, until a worker is free;
        # other tasks are dealt out to workers at once and may stand behind a long one.
        graph = {key: Task(key, call, fingerprint(), *arguments, _data_producer=True)}
        future = self._client.get(graph, key, sync=False, priority=priority)
        future.add_done_callback(done)
        return future

    def warm(self, module: str, model: str) -> None:
        """Have each worker load a model, once per connection."""
        if model not in self._warmed:
            self._warmed[model] = [
                self._client.submit(
                    call,
                    fingerprint(),
                    module,
                    "warm",
                    model,
                    key=f"warm-{model}-{name}",
                    workers=[name],
                    priority=Priority.WARM,
                )
                for name in self.workers
            ]

    def listen(self, on_progress: Callable[[str, Progress], None]) -> None:
        """Have ``on_progress`` called, on a thread of Dask's, with a recipe's key and how far its training is."""

        def hear(event: tuple[float, dict[str, Any]]) -> None:
            _, message = event
            on_progress(message["recipe"], Progress(**message["progress"]))

        try:
            self._client.subscribe_topic(TOPIC, hear)
        except Exception:  # the client has just closed: the next one will listen
            self.gone.set()

    def wait_for_worker(self) -> bool:
        """Wait until a worker takes work; False if none came or the connection was lost."""
        try:
            self._client.wait_for_workers(1, timeout=START_SECONDS)
        except Exception:
            return False
        return not self.gone.is_set()

    def close(self) -> None:
        """Let go of the cluster; our own ends with it."""
        self.gone.set()
        closing = threading.Thread(target=self._close_client, daemon=True)
        closing.start()
        if self._process is not None:
            closing.join(0.5)
            stop(self._process)
        closing.join(STOP_SECONDS)

    def _close_client(self) -> None:
        try:
            self._client.close(timeout=STOP_SECONDS)
        except Exception:  # the other side is dead: nothing to say good-bye to
            return

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self.gone.set()

    @classmethod
    def _started(cls, module: str, workers: int) -> Connection:
        process = early.take(module, workers) or spawn(module, workers)
        try:
            Client, Security = _distributed()  # 0.5 s, while the child imports it too
            cluster = first_line(process)
            security = Security(
                require_encryption=True,
                tls_ca_file=cluster["certificate"],
                tls_client_cert=cluster["certificate"],
                tls_client_key=cluster["key"],
            )
            client = _client(Client, cluster["address"], security)
        except BaseException:
            stop(process)
            raise
        return cls(client, cluster["workers"], process)

    @classmethod
    def _joined(cls, address: str) -> Connection:
        Client, Security = _distributed()
        client = _client(Client, address, security_of(address, Security))
        try:
            return cls(client, workers_of(client, address), None)
        except BaseException:
            client.close(timeout=STOP_SECONDS)
            raise


def _distributed() -> tuple[Any, Any]:
    import dask

    quiet = {"distributed": "critical", "distributed.client": "critical", "tornado": "critical"}
    dask.config.set({"logging": quiet})  # read when distributed is first imported
    from distributed import Client
    from distributed.security import Security

    return Client, Security


def _client(client_class: Any, address: str, security: Any) -> Any:
    try:
        return client_class(
            address, security=security, timeout=CONNECT_SECONDS, set_as_default=False
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise EngineError(
            f"No cluster answers at {address} ({reason_of(error, 120)}): "
            "start it, or unset COMPACT_SCHEDULER to use this machine."
        ) from error
