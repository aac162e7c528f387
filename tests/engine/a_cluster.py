"""A cluster that somebody else started: its argument says what is wrong with it. Run as a file, away from our code."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

HOST = "127.0.0.1"


async def serve(kind: str) -> None:
    from distributed import Scheduler, Worker

    if kind == "other":
        sys.path.insert(0, str(Path(__file__).parents[2]))
        from compression.recipe import recipe

        recipe.MEASURING_VERSION = 1  # type: ignore[misc]
    async with Scheduler(host=HOST, dashboard=False, dashboard_address=f"{HOST}:0") as scheduler:
        if kind == "empty":
            print(scheduler.address, flush=True)
            await scheduler.finished()
        async with Worker(scheduler.address, host=HOST, nthreads=1, dashboard=False):
            print(scheduler.address, flush=True)
            await scheduler.finished()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
