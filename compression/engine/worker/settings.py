"""How the local cluster differs from Dask's defaults, and why."""

from __future__ import annotations

WORKER_MEMORY = 2**30
"""Memory that a worker should find; a machine with many cores and little memory runs fewer."""

SPAWN_ENVIRONMENT = {
    # Dask's own value makes the allocator give every buffer back at once: torch is 2.5x slower.
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    # One thread each: two threads on two cores spin while they wait, two processes don't.
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

SETTINGS = {
    "distributed.nanny.pre-spawn-environ": SPAWN_ENVIRONMENT,
    "distributed.scheduler.allowed-failures": 2,  # a task that kills a third worker is given up
    "distributed.scheduler.worker-saturation": 1.0,  # the queue is the scheduler's, by priority
    "distributed.scheduler.no-workers-timeout": "60s",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,  # 100 stack samples a second disturb timing
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.scheduler.active-memory-manager.start": False,
    # An idle cluster should cost nothing: Dask's own values wake each process 60 times a second.
    "distributed.worker.memory.monitor-interval": "2s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "2s",
    "distributed.admin.tick.limit": "10s",
}
