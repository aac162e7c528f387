"""Processor time of each layer of a graph, and what cutting it there costs besides, measured.

A runtime computes neighbouring layers together and keeps numbers in orders of its own between them, which a cut ends:
DS-CNN's ten layers one by one take 2.3 times as long as the whole. So what is measured is every beginning and every
rest of the graph. Between a cut's two parts and the whole lies what the cut costs; beginnings grow by their layers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from compression import files
from compression.deploy.graph_digest import graph_digest
from compression.deploy.runtime import open_session
from compression.deploy.slicing.dataflow import dataflow_of
from compression.deploy.slicing.layers import layers_of
from compression.deploy.slicing.stage_file import stage_file
from compression.deploy.slicing.wire import wire_for
from compression.home import home

BATCH = 32
REPEATS, SECONDS = 40, 3.0
"""So many rounds over all parts, fewer where they take longer than that; never fewer than LEAST."""
LEAST = 5
SHIPPED = Path(__file__).parents[3] / "assets" / "layer_times.json"
"""Of the models of the zoo, which so are cut alike everywhere: `compression/bundling/layer_times.py` writes it."""

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class LayerTimes:
    """Milliseconds of one example in a batch on one thread."""

    layer_ms: tuple[float, ...]
    cut_ms: tuple[float, ...]
    """What two parts take longer than the whole, by cut point."""
    is_shipped: bool = False
    """Measured elsewhere, by whoever keeps the project."""


def layer_times(model: bytes) -> LayerTimes:
    """Those that ship for this graph, else those that were measured on this machine, now if never before."""
    digest, count = graph_digest(model), len(layers_of(model).layers)
    if (found := _read(_shipped(SHIPPED).get(digest), count, is_shipped=True)) is not None:
        return found
    file = home() / "layer_times" / f"{digest}.json"
    if (found := _read(_kept(file), count)) is not None:
        return found
    measured = measured_times(model)
    files.make_folder(file.parent)
    files.write(file, json.dumps(as_json(measured)).encode(), mode=files.PRIVATE)
    return measured


def as_json(times: LayerTimes) -> dict[str, Any]:
    return {
        "layer_ms": [round(ms, 6) for ms in times.layer_ms],
        "cut_ms": [round(ms, 6) for ms in times.cut_ms],
    }


def measured_times(model: bytes) -> LayerTimes:
    """Timed now: the least thread time of many rounds over all parts, in turns."""
    before, behind, whole = _part_ms(model)
    cut_ms = np.maximum(before + behind - whole, 0)
    # A beginning's own time, and the half of what its cut costs; noise never takes a layer below nothing.
    until = np.maximum.accumulate([0.0, *(before - cut_ms / 2), whole])
    return LayerTimes(tuple(np.diff(until).tolist()), tuple(cut_ms.tolist()))


def _part_ms(model: bytes) -> tuple[Array, Array, float]:
    """Of the graph up to each cut point, of that from it on, and of the whole."""
    read, tensors = onnx.load_from_string(model), dataflow_of(model).tensors
    given = np.random.default_rng(0).random((BATCH, *tensors[read.graph.input[0].name].shape))
    feed = {read.graph.input[0].name: given.astype(np.float32)}
    parts: list[_Part] = []
    for point in layers_of(model).points:
        wires = [wire_for(name, point.number, "fp32", tensors[name]) for name in point.tensors]
        first = _Part(stage_file(read, tensors, takes=None, gives=wires), feed)
        rest = stage_file(read, tensors, takes=wires, gives=None)
        parts += [first, _Part(rest, dict(zip(first.names, first.run(), strict=True)))]
    parts.append(_Part(model, feed))
    times = _least_ms(parts)
    return times[:-1:2], times[1:-1:2], float(times[-1])


class _Part:
    """An opened file and what it is given."""

    def __init__(self, file: bytes, feed: Mapping[str, Array]) -> None:
        self.session, self.feed = open_session(file), dict(feed)
        self.names = [port.name for port in self.session.get_outputs()]

    def run(self) -> list[Array]:
        made: list[Array] = self.session.run(self.names, self.feed)
        return made


def _least_ms(parts: Sequence[_Part]) -> Array:
    """In turns, so that a busy moment hits all; each after a run that brings its data into the caches."""
    least = np.full(len(parts), np.inf)
    latest = time.perf_counter() + SECONDS
    for number in range(REPEATS):
        if number >= LEAST and time.perf_counter() > latest:
            break
        for at, part in enumerate(parts):
            part.run()
            began = time.thread_time_ns()
            part.run()
            least[at] = min(least[at], time.thread_time_ns() - began)
    return least / 1e6 / BATCH


@lru_cache(maxsize=4)
def _shipped(file: Path) -> dict[str, Any]:
    """By the digest of the graph."""
    rows = json.loads(file.read_bytes()).values() if file.is_file() else ()
    return {row["graph"]: row for row in rows}


def _kept(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None  # never measured, or cut short by a full disk


def _read(data: Any, layers: int, *, is_shipped: bool = False) -> LayerTimes | None:
    """None where it isn't of so many layers: a damaged file is none."""
    try:
        layer_ms, cut_ms = (tuple(map(float, data[name])) for name in ("layer_ms", "cut_ms"))
        found = LayerTimes(layer_ms, cut_ms, is_shipped)
    except (TypeError, KeyError, ValueError):
        return None
    return found if (len(layer_ms), len(cut_ms)) == (layers, layers - 1) else None
