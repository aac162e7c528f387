"""Where a graph is cut, what was asked and what is best considered, and what each stage then holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from compression.deploy.slicing.costs import costs_of
from compression.deploy.slicing.dataflow import dataflow_of
from compression.deploy.slicing.heads import Heads, heads_of
from compression.deploy.slicing.layer_times import LayerTimes, layer_times
from compression.deploy.slicing.layers import CutPoint, Layer, Layers, layers_of
from compression.deploy.slicing.optimum import Costs, Quality, best_cuts, quality
from compression.deploy.slicing.sharing import Piece, best_shared, shard_bytes
from compression.deploy.slicing.wire import wire_bytes
from compression.errors import UsageError
from compression.models.slicing import Slicing


@dataclass(frozen=True)
class Stage:
    """Consecutive layers on one device, or one layer on several that each hold a share of its output channels."""

    first: int
    end: int
    layers: tuple[Layer, ...]
    ms: float
    """Of one example in a batch."""
    memory_bytes: int
    """Weights and the most activations alive at once, planned; of the largest shard."""
    shards: int = 1
    device: int = 0
    """The number of its device from 0, of the first where it has several."""


@dataclass(frozen=True, eq=False)
class Plan:
    """All that is known of a cut graph before anything of it runs."""

    layers: Layers
    sent_bytes: tuple[int, ...]
    """Of one example over a link at each cut point, in the link's numbers."""
    costs: Costs
    cuts: tuple[CutPoint, ...]
    stages: tuple[Stage, ...]
    quality: Quality
    heads: Heads | None = None
    """Of early exits, one at each cut point, taken or not."""
    times: LayerTimes | None = None
    """Where they are measured."""


def plan_of(model: bytes, slicing: Slicing) -> Plan:
    """UsageError where the graph can't be cut so, in one sentence that says what can be."""
    layers = layers_of(model)
    flow = dataflow_of(model)
    tensors = flow.tensors
    sent = [
        sum(wire_bytes(slicing.link_dtype, tensors[name]) for name in point.tensors)
        for point in layers.points
    ]
    heads = heads_of(flow, layers) if slicing.has_exits else None
    times = layer_times(model) if slicing.costs == "measured" else None
    costs = costs_of(layers, slicing, sent, times=times, heads=heads)
    shared = _shared(layers, costs, slicing)
    if shared is None:
        cuts = _asked(layers, slicing) if slicing.cuts else _best(layers, costs, slicing)
        _require_fit(costs, layers, slicing, cuts)
        ends = zip((0, *cuts), (*cuts, costs.n), strict=True)
        shared = tuple(Piece(first, end, 1, device) for device, (first, end) in enumerate(ends))
    stages = tuple(_stage(layers, costs, piece) for piece in shared)
    points = tuple(layers.points[piece.end - 1] for piece in shared[:-1])
    made = _quality(costs, stages)
    return Plan(layers, tuple(sent), costs, points, stages, made, heads, times)


def _stage(layers: Layers, costs: Costs, piece: Piece) -> Stage:
    ms, memory = costs.ms[piece.first, piece.end], costs.memory_bytes[piece.first, piece.end]
    if piece.shards > 1:
        computing = costs.layer_ms[piece.first]
        ms, memory = (
            ms - computing + computing / piece.shards,
            shard_bytes(layers, piece.first, piece.shards),
        )
    inside = layers.layers[piece.first : piece.end]
    return Stage(piece.first, piece.end, inside, float(ms), int(memory), piece.shards, piece.device)


def _quality(costs: Costs, stages: tuple[Stage, ...]) -> Quality:
    """As the optimum's, but by device: one may have two stages."""
    ms, memory = Counter[int](), Counter[int]()
    links = [float(costs.sending_ms[stage.first, stage.end]) for stage in stages]
    for stage in stages:
        for device in range(stage.device, stage.device + stage.shards):
            ms[device] += stage.ms  # type: ignore[assignment]  # a counter of floats
            memory[device] += stage.memory_bytes
    return Quality(
        bottleneck_ms=max(*ms.values(), *links),
        latency_ms=sum(stage.ms for stage in stages) + sum(links),
        memory_bytes=max(memory.values()),
    )


def _shared(layers: Layers, costs: Costs, slicing: Slicing) -> tuple[Piece, ...] | None:
    """A plan in which layers are shared out, where that is allowed, asked for by cap or objective, and better."""
    if not slicing.split or slicing.cuts or slicing.stages == 1:
        return None
    whole = best_cuts(costs, slicing.stages, slicing.objective, slicing.cap_bytes)
    if whole is not None and slicing.objective != "memory":
        return None
    if whole is None and not slicing.cap_bytes and slicing.objective != "memory":
        return None  # too few cut points, which is said in the place where nothing is shared out
    found = best_shared(layers, costs, slicing.stages)
    if found is None or (slicing.cap_bytes and found.memory_bytes > slicing.cap_bytes):
        return None
    if whole is not None and quality(costs, whole).memory_bytes <= found.memory_bytes:
        return None
    return found.pieces


def _asked(layers: Layers, slicing: Slicing) -> tuple[int, ...]:
    if slicing.cuts[-1] > len(layers.points):
        raise UsageError(
            f"The model has cut points 1 to {len(layers.points)}, no {slicing.cuts[-1]}: cut at one of these."
        )
    return slicing.cuts


def _best(layers: Layers, costs: Costs, slicing: Slicing) -> tuple[int, ...]:
    most = len(layers.layers)
    if slicing.stages > most:
        raise UsageError(
            f"The model can be cut at {_counted(most - 1, 'place')}, into at most {_counted(most, 'stage')}, "
            f"not {slicing.stages}: ask for fewer."
        )
    cuts = best_cuts(costs, slicing.stages, slicing.objective, slicing.cap_bytes)
    if cuts is None:
        cuts = best_cuts(costs, slicing.stages, "memory")
    assert cuts is not None
    return cuts


def _require_fit(costs: Costs, layers: Layers, slicing: Slicing, cuts: tuple[int, ...]) -> None:
    cap, needed = slicing.cap_bytes, quality(costs, cuts).memory_bytes
    if not cap or needed <= cap:
        return
    alone = [(costs.memory_bytes[at, at + 1], layer.name) for at, layer in enumerate(layers.layers)]
    if costs.head_weight_bytes is not None:
        alone[:-1] = [(count, f"{name} with the head of its exit") for count, name in alone[:-1]]
    largest, name = max(alone)
    if largest > cap:
        raise UsageError(
            f"It does not fit: the largest layer, {name}, needs {_kb(largest)} and a device has {_kb(cap)}, "
            f"{_kb(largest - cap)} too few; raise cap_kb, or store its weights in fewer bits."
        )
    how = "with these cuts" if slicing.cuts else "however it is cut"
    raise UsageError(
        f"It does not fit: with {_counted(slicing.stages, 'stage')} one device needs {_kb(needed)} {how}, and has "
        f"{_kb(cap)}, {_kb(needed - cap)} too few; ask for more stages or raise cap_kb (the largest layer, {name}, "
        f"needs {_kb(largest)})."
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _kb(count: float) -> str:
    return f"{count / 1000:.1f} kB"
