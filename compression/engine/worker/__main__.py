"""The local cluster: a scheduler and one worker process per core, in a process of its own.

Started by the engine as ``python -m compression.engine.worker WORKERS``. It imports what takes long, and waits for a
line on stdin. One line of JSON on stdout then says where it listens and how to prove that one may ask; it is private
and never logged. Stdin is the parent's hand: when the parent lets go of it, by closing or by dying, all of this ends.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
from multiprocessing import forkserver

from compression.engine.worker.settings import SETTINGS, WORKER_MEMORY

HOST = "127.0.0.1"


def main() -> None:
    _prepare_forks()
    if not sys.stdin.buffer.readline():
        return  # nobody needs it any more
    scratch = tempfile.mkdtemp(prefix="compact-ai-lab-")
    threading.Thread(target=_end_with_parent, args=(scratch,), daemon=True).start()
    asyncio.run(_serve(int(sys.argv[1]), scratch))


def _end_with_parent(scratch: str) -> None:
    """Workers watch this process the same way, so none is left behind, however it ends."""
    sys.stdin.buffer.read()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


def _prepare_forks() -> None:
    """On Linux workers are forked from one process that has imported torch & co. beforehand.

    It imports while this one sets up, and spares every worker, and every replacement of a killed
    one, two seconds of CPU and a third of its memory. Elsewhere forking is not safe: workers spawn.
    """
    if sys.platform != "linux":
        return
    multiprocessing.set_forkserver_preload(["compression.engine.worker.imports"])
    forkserver.ensure_running()
    import dask
    from distributed import utils

    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    utils._forkserver_preload_set = True  # else Dask imports pandas & co. here to preload them


async def _serve(asked: int, scratch: str) -> None:
    import dask
    from distributed import Nanny, Scheduler
    from distributed.security import Security

    dask.config.set(SETTINGS)
    security = Security.temporary()
    async with Scheduler(
        host=HOST, protocol="tls", security=security, dashboard=False, dashboard_address=f"{HOST}:0"
    ) as scheduler:
        names = [f"worker-{index}" for index in range(asked or worker_count())]
        _tell_parent(scheduler.address, names, security)
        nannies = [
            Nanny(
                scheduler.address,
                name=name,
                nthreads=1,
                host=HOST,
                protocol="tls",
                security=security,
                local_directory=scratch,
                preload=["compression.engine.worker.tasks"],
            )
            for name in names
        ]
        await asyncio.gather(*nannies)
        await asyncio.gather(scheduler.finished(), *(nanny.finished() for nanny in nannies))


def _tell_parent(address: str, names: list[str], security: object) -> None:
    """Say it once, then point stdout at the log: nobody reads the pipe any more."""
    cluster = {
        "address": address,
        "workers": names,
        "certificate": security.tls_client_cert,  # type: ignore[attr-defined]
        "key": security.tls_client_key,  # type: ignore[attr-defined]
    }
    sys.stdout.write(json.dumps(cluster) + "\n")
    sys.stdout.flush()
    os.dup2(2, 1)


def worker_count() -> int:
    """One per core, fewer where memory is short."""
    from dask.system import CPU_COUNT
    from distributed.system import MEMORY_LIMIT

    return max(1, min(CPU_COUNT, MEMORY_LIMIT // WORKER_MEMORY))


if __name__ == "__main__":
    main()
