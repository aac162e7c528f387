"""The times of layers that ship, by which a zoo model is cut alike on every machine.

    python -m compression.bundling.layer_times

Measured on a quiet machine; a model whose graph they are of already keeps its own.
"""

from __future__ import annotations

import json
from typing import Any

from compression import files
from compression.deploy.graph_digest import graph_digest
from compression.deploy.slicing.layer_times import SHIPPED, as_json, measured_times
from compression.measure.environment import environment
from compression.models.catalogue import MODELS
from compression.subjects import look_up


def write_layer_times() -> None:
    """A row a model: its graph, where and how the times were measured, and the times."""
    known: dict[str, Any] = json.loads(SHIPPED.read_bytes()) if SHIPPED.is_file() else {}
    rows = {}
    for model in MODELS:
        (part,) = look_up(model).deployed.parts
        digest = graph_digest(part.loaded)
        if known.get(model, {}).get("graph") == digest:
            rows[model] = known[model]
            continue
        made_in = environment()
        rows[model] = {
            "graph": digest,
            "how": f"least thread time of rounds over all parts, batches of 32, {made_in.machine}, "
            f"onnxruntime {made_in.versions['onnxruntime']}",
            **as_json(measured_times(part.loaded)),
        }
    files.write(SHIPPED, (json.dumps(rows, indent=1) + "\n").encode())


if __name__ == "__main__":
    write_layer_times()
