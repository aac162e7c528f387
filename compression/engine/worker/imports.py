"""What every worker needs, imported once in the process from which workers are forked (Linux).

Only what starts no thread when imported may stand here, since a fork copies one thread: not ONNX
Runtime, which is imported when the first session is opened, and not pyarrow.
"""

from __future__ import annotations

import importlib
import logging
import os

from compression.engine.worker.tasks import IMPORTS

DASK = ("distributed", "distributed.nanny", "distributed.worker", "distributed.comm.tcp")
MEASURING = ("torch", "torch.onnx", "onnx", "compression.pipeline")


def import_all() -> None:
    """An import that fails here fails again in the worker, whose first task tells the user."""
    is_ours = os.environ.get(IMPORTS, "").startswith("compression.")
    for module in DASK + MEASURING * is_ours:
        try:
            importlib.import_module(module)
        except Exception:  # noqa: PERF203
            logging.getLogger(__name__).exception("Importing %s failed", module)


import_all()
