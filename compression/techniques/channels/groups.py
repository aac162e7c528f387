"""Which channels must go together, found by watching where a channel's values end up.

Every layer but one puts out zeros, that one NaN in a single channel: whatever layer is then given NaN reads that
channel. Channels that share a reader, across additions and through layers that work within a channel, are coupled
and go together (the dependency graph of Fang et al., 2023, arXiv:2301.12900, without a rule per operation). So a
residual stage, or the queries, keys and values of an attention head, come out as one without being declared. Inputs
that are whole numbers can't be NaN: what an embedding looks up for them stands for them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from compression.errors import UsageError
from compression.techniques.shared.layerwise import Layer, layers

Node = tuple[str, str, int]
"""A kind ("out" of a layer or "in" to one), the layer's path and a channel of it."""

FIXED: Node = ("fixed", "", 0)
"""What is coupled with the model's inputs or its answers stays."""


@dataclass(frozen=True, eq=False)
class Group:
    """Channels of equal kind, any of which can be removed alone: one in every tensor that it touches.

    ``rows`` and ``columns`` say where they stand, by a weight's name: int64 [channels, places on its first or
    second axis]. ``name`` is the path of the first layer that puts them out.
    """

    name: str
    rows: Mapping[str, Tensor]
    columns: Mapping[str, Tensor]

    @cached_property
    def size(self) -> int:
        return len(next(iter(self.rows.values())))


@torch.no_grad()
def find_groups(module: nn.Module, example: Tensor) -> tuple[Group, ...]:
    """The groups of a module without batch norms, in the order its layers run; ``example`` is one input [1, ...].

    UsageError where there are none.
    """
    probe = _Probe(module, example)
    links = list(probe.links())
    parts = _connected(links)
    fixed = {node for part in parts for node in part if FIXED in part}
    by_kind: dict[tuple[tuple[str, str, int], ...], list[list[Node]]] = {}
    for part in parts:
        if not fixed.intersection(part) and any(kind == "out" for kind, _, _ in part):
            by_kind.setdefault(_kind(part), []).append(part)
    result = tuple(
        _group(layers(module), probe.order, same) for same in by_kind.values() if len(same) > 1
    )
    if not result:
        raise UsageError(
            "This model has no channels that could be removed: all are tied to its inputs or its answers."
        )
    return tuple(sorted(result, key=lambda group: probe.order.index(group.name)))


class _Probe:
    """A twin of the module whose layers compute nothing: they put out zeros, or NaN where asked."""

    def __init__(self, module: nn.Module, example: Tensor) -> None:
        self.module, self.example = copy.deepcopy(module).eval(), example
        self.layers = {layer.path: layer for layer in layers(module)}
        self.shapes: dict[str, torch.Size] = {}
        self.order: list[str] = []
        self.seen: dict[str, Tensor] = {}
        self.asked = ""
        for path in self.layers:
            layer = self.module.get_submodule(path)
            setattr(layer, "forward", self._measured(path, layer.forward))  # noqa: B010
        self.module(example)
        for path in self.layers:
            setattr(self.module.get_submodule(path), "forward", self._faked(path))  # noqa: B010
        if not example.is_floating_point():
            for child in self.module.modules():
                if isinstance(child, nn.Embedding):
                    setattr(child, "forward", self._looked_up(child.forward))  # noqa: B010

    def links(self) -> Iterator[tuple[Node, Node]]:
        """Pairs of channels that go together."""
        for node in self._readers("", 1):
            yield FIXED, node[1]
        for path in self.order:
            yield from self._readers(path, self._channels(path))
            yield from self._within(path)

    def _readers(self, path: str, count: int) -> Iterator[tuple[Node, Node]]:
        """For each channel of a layer (of the inputs, if ``path`` is empty) who is given it."""
        self.asked, self.seen = path, {}
        inputs = self.example.expand(count, *self.example.shape[1:])
        if inputs.is_floating_point():
            inputs = inputs * (0.0 if path else torch.nan)
        answers = self.module(inputs)
        for channel in answers.reshape(count, -1).isnan().any(1).nonzero().flatten().tolist():
            yield ("out", path, channel), FIXED
        for reader, given in self.seen.items():
            known: set[tuple[int, ...]] = set()
            for channel, row in enumerate(given):
                places = tuple(row.nonzero().flatten().tolist())
                for place in places[:1] if places in known else places:
                    yield ("out", path, channel), ("in", reader, place)
                known.add(places)

    def _within(self, path: str) -> Iterator[tuple[Node, Node]]:
        """Channels that a layer hands on: those of a depthwise convolution, the states of a GRU."""
        layer = self.module.get_submodule(path)
        channels = self._channels(path)
        if isinstance(layer, nn.GRU):
            for channel in range(channels):
                yield ("out", path, channel), ("state", path, channel)
        elif (parts := self.layers[path].groups) > 1:
            inputs = self.layers[path].weight.shape[1] * parts
            is_depthwise = inputs == channels == parts
            for channel in range(channels):
                at = channel if is_depthwise else 0
                yield ("out", path, channel), ("in", path, at)
            if not is_depthwise:
                for place in range(inputs):
                    yield ("in", path, 0), ("in", path, place)

    def _channels(self, path: str) -> int:
        shape = self.shapes[path]
        is_convolution = isinstance(self.module.get_submodule(path), (nn.Conv1d, nn.Conv2d))
        return shape[1] if is_convolution else shape[-1]

    def _measured(self, path: str, forward: Callable[..., Any]) -> Callable[..., Any]:
        def measured(inputs: Tensor, *more: Any) -> Any:
            result = forward(inputs, *more)
            if path in self.shapes:
                raise UsageError(f"{path} is computed twice, so its channels can't be removed.")
            self.shapes[path] = (result[0] if isinstance(result, tuple) else result).shape
            self.order.append(path)
            return result

        return measured

    def _faked(self, path: str) -> Callable[..., Any]:
        def faked(inputs: Tensor, *more: Any) -> Any:
            layer = self.module.get_submodule(path)
            is_convolution = isinstance(layer, (nn.Conv1d, nn.Conv2d))
            axis = 1 if is_convolution else inputs.ndim - 1
            others = [number for number in range(1, inputs.ndim) if number != axis]
            self.seen[path] = inputs.isnan().amax(others) if others else inputs.isnan()
            result = torch.zeros(len(inputs), *self.shapes[path][1:])
            if path == self.asked:
                every = torch.arange(len(inputs))
                result.movedim(1 if is_convolution else -1, 1)[every, every] = torch.nan
            return (result, result[:, -1:]) if isinstance(layer, nn.GRU) else result

        return faked

    def _looked_up(self, forward: Callable[..., Tensor]) -> Callable[..., Tensor]:
        """NaN where the inputs, which can't be NaN themselves, are asked for."""
        return lambda inputs: forward(inputs) * (1.0 if self.asked else torch.nan)


def _connected(links: list[tuple[Node, Node]]) -> list[list[Node]]:
    """The connected parts of a graph, each in the order its nodes were first named."""
    leader: dict[Node, Node] = {}

    def find(node: Node) -> Node:
        leader.setdefault(node, node)
        while leader[node] != node:
            leader[node] = node = leader[leader[node]]
        return node

    for one, other in links:
        first, second = find(one), find(other)
        leader[second] = first
    parts: dict[Node, list[Node]] = {}
    for node in leader:
        parts.setdefault(find(node), []).append(node)
    return list(parts.values())


def _kind(part: list[Node]) -> tuple[tuple[str, str, int], ...]:
    """How many channels of which layers a part holds: equal for channels of one group."""
    counts: dict[tuple[str, str], int] = {}
    for kind, path, _ in part:
        counts[kind, path] = counts.get((kind, path), 0) + 1
    return tuple(sorted((kind, path, count) for (kind, path), count in counts.items()))


def _group(layers: list[Layer], order: list[str], parts: list[list[Node]]) -> Group:
    rows: dict[str, Tensor] = {}
    columns: dict[str, Tensor] = {}
    for layer in layers:
        recurrent = ".weight_hh" in f".{layer.name}"
        gates = 3 if recurrent or ".weight_ih" in f".{layer.name}" else 1
        out = _places(parts, "out", layer.path)
        if out is not None:
            step = layer.weight.shape[0] // gates
            rows[layer.name] = torch.cat([out + gate * step for gate in range(gates)], dim=1)
        given = _places(parts, "state" if recurrent else "in", layer.path)
        if given is not None and layer.groups == 1:
            columns[layer.name] = given
    name = min((layer.path for layer in layers if layer.name in rows), key=order.index)
    return Group(name, rows, columns)


def _places(parts: list[list[Node]], kind: str, path: str) -> Tensor | None:
    places = [sorted(at for k, p, at in part if (k, p) == (kind, path)) for part in parts]
    return torch.tensor(places) if places[0] else None
