"""Walking two models of one architecture side by side: what the small one's layers are given, beside what
the original's put out at the same places. Layers whose outputs are added are visited together, at the addition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn

from compression.errors import UsageError
from compression.techniques.channels.places import by_channel, sampled_width
from compression.techniques.channels.remove import KeptChannels
from compression.techniques.channels.sums import added_layers, is_clipped, trace
from compression.techniques.shared.columns import convolution_columns, linear_columns, sample
from compression.techniques.shared.layerwise import Layer, layers
from compression.techniques.shared.moments import LayerStatistics


@dataclass(frozen=True, eq=False)
class LayerSum:
    """One layer, or several whose outputs are added: their inputs side by side, and what is wanted of them.

    ``statistics.columns`` is [groups, count, inputs of all], ``targets`` [groups, count, rows of a group]; what is
    added and comes from no layer here, such as a skip connection, is taken off the targets: ``skip``, as large.
    """

    layers: tuple[Layer, ...]
    statistics: LayerStatistics
    skip: Tensor | None
    is_clipped: bool
    """Whether a ReLU is all that reads them, so that what is below zero may be anything below zero."""
    is_answer: bool = False
    """Whether they are the model's answers: logits, one row a class."""


VisitSum = Callable[[LayerSum], None]


@torch.no_grad()
def targets(module: nn.Module, images: Tensor, seed: int, finer: int = 1) -> dict[str, Tensor]:
    """By place in the graph, the sampled outputs [count, rows] of a layer or of the sum it ends in.

    ``finer`` times as many columns as usual are sampled.
    """
    walk = _Original(module, seed, finer)
    walk.run(images)
    return walk.outputs


@torch.no_grad()
def follow(
    module: nn.Module,
    images: Tensor,
    wanted: Mapping[str, Tensor],
    stay: Mapping[str, KeptChannels],
    original: nn.Module,
    visit: VisitSum,
    *,
    seed: int,
    finer: int = 1,
) -> None:
    """Run the images through ``module`` once, in place; each layer is visited before it is computed.

    ``wanted`` are the `targets` of ``original``, ``stay`` says what ``module`` kept of its weights.
    """
    _Follower(module, seed, finer, wanted, stay, original, visit).run(images)


class _Walk(fx.Interpreter):
    """Runs a module's operations one after the other; layers that are added wait for their addition."""

    def __init__(self, module: nn.Module, seed: int, finer: int) -> None:
        super().__init__(module, graph=trace(module))
        self.seed, self.finer = seed, finer
        self.root = module
        self.weights: dict[str, list[Layer]] = {}
        for layer in layers(module):
            self.weights.setdefault(layer.path, []).append(layer)
        self.sums = {
            node: parts for node in self.graph.nodes if (parts := added_layers(node, module))
        }
        self.waiting = {part for parts in self.sums.values() for part in parts if part is not None}
        self.given: dict[fx.Node, Tensor] = {}

    def run_node(self, n: fx.Node) -> Any:
        if n in self.waiting:
            self.given[n] = self.env[n.args[0]]  # type: ignore[index]
            return None
        if n in self.sums:
            return self.sum(n, self.sums[n])
        if n.op == "call_module" and str(n.target) in self.weights:
            return self.layer(n, self.env[n.args[0]])  # type: ignore[index]
        return super().run_node(n)

    def sum(self, node: fx.Node, parts: Sequence[fx.Node | None]) -> Tensor:
        raise NotImplementedError

    def layer(self, node: fx.Node, inputs: Tensor) -> Any:
        raise NotImplementedError

    def module_of(self, node: fx.Node) -> nn.Module:
        return self.root.get_submodule(str(node.target))

    def added(
        self, parts: Sequence[fx.Node], given: dict[fx.Node, Tensor], skip: Tensor | None
    ) -> Tensor:
        """The sum of what these layers put out and of a skip connection."""
        results: list[Tensor] = [self.module_of(part)(given.pop(part)) for part in parts]
        if skip is not None:
            results.append(skip)
        return torch.stack(results).sum(0)

    def skip(self, node: fx.Node, parts: Sequence[fx.Node | None]) -> Tensor | None:
        """What the sum adds that no layer here puts out."""
        for operand, part in zip(node.args, parts, strict=True):
            if part is None:
                value: Tensor = self.env[operand]  # type: ignore[index]
                return value
        return None


class _Original(_Walk):
    """Notes what is put out."""

    def __init__(self, module: nn.Module, seed: int, finer: int) -> None:
        super().__init__(module, seed, finer)
        self.outputs: dict[str, Tensor] = {}

    def sum(self, node: fx.Node, parts: Sequence[fx.Node | None]) -> Tensor:
        layers = [part for part in parts if part is not None]
        total = self.added(layers, self.given, self.skip(node, parts))
        self._note(node, total, layers)
        return total

    def layer(self, node: fx.Node, inputs: Tensor) -> Any:
        layer = self.module_of(node)
        result = layer(inputs)
        if isinstance(layer, nn.GRU):
            both = inputs, states_before(_checked(layer, result[0]))
            for maps, values in zip(self.weights[str(node.target)], both, strict=True):
                assert maps.bias is not None
                columns = linear_columns(values, self.seed)[0]
                self.outputs[f"{node.name}/{maps.name}"] = columns @ maps.weight.T + maps.bias
            self.outputs[f"{node.name}/states"] = columns
        else:
            self._note(node, result, [node])
        return result

    def _note(self, node: fx.Node, result: Tensor, parts: Sequence[fx.Node]) -> None:
        rows = by_channel(result, self.module_of(parts[0]))
        width = self.finer * sampled_width([self.module_of(part) for part in parts])
        self.outputs[node.name] = rows[sample(len(rows), width, self.seed)]


class _Follower(_Walk):
    """Shows each sum of layers before it is computed."""

    def __init__(
        self,
        module: nn.Module,
        seed: int,
        finer: int,
        wanted: Mapping[str, Tensor],
        stay: Mapping[str, KeptChannels],
        original: nn.Module,
        visit: VisitSum,
    ) -> None:
        super().__init__(module, seed, finer)
        self.wanted, self.stay, self.original, self.visit = wanted, stay, original, visit

    def sum(self, node: fx.Node, parts: Sequence[fx.Node | None]) -> Tensor:
        layers = [part for part in parts if part is not None]
        originals = [self.original.get_submodule(str(part.target)) for part in layers]
        width = self.finer * sampled_width(originals)
        columns = torch.cat(
            [self._columns(self.module_of(part), self.given[part], width) for part in layers], dim=2
        )
        weights = [self.weights[str(part.target)][0] for part in layers]
        added, skip = None, self.skip(node, parts)
        if skip is not None:
            rows = by_channel(skip, self.module_of(layers[0]))
            added = rows[sample(len(rows), width, self.seed)]
        self._show(node, weights, columns, node.name, added)
        return self.added(layers, self.given, skip)

    def layer(self, node: fx.Node, inputs: Tensor) -> Any:
        layer = self.module_of(node)
        original = self.original.get_submodule(str(node.target))
        if isinstance(layer, nn.GRU):
            assert isinstance(original, nn.GRU)
            maps, recurrent = self.weights[str(node.target)]
            columns = linear_columns(inputs, self.seed, original.input_size)
            self._show(node, [maps], columns, f"{node.name}/{maps.name}")
            # The original's states: what its own would be changes with every weight, over and over.
            states = self.wanted[f"{node.name}/states"][:, self.stay[recurrent.name].columns]
            self._show(node, [recurrent], states.unsqueeze(0), f"{node.name}/{recurrent.name}")
        else:
            columns = self._columns(layer, inputs, self.finer * sampled_width([original]))
            self._show(node, self.weights[str(node.target)], columns, node.name)
        return layer(inputs)

    def _columns(self, layer: nn.Module, inputs: Tensor, width: int) -> Tensor:
        if isinstance(layer, (nn.Conv1d, nn.Conv2d)):
            return convolution_columns(layer, inputs, self.seed, width)
        return linear_columns(inputs, self.seed, width)

    def _show(
        self,
        node: fx.Node,
        layers: list[Layer],
        columns: Tensor,
        place: str,
        skip: Tensor | None = None,
    ) -> None:
        def split(values: Tensor) -> Tensor:
            return values.reshape(len(values), layers[0].groups, -1).transpose(0, 1)

        wanted = self.wanted[place][:, self.stay[layers[0].name].rows]
        added = None if skip is None else split(skip)
        statistics = LayerStatistics(columns, split(wanted if skip is None else wanted - skip))
        answers = all(reader.op == "output" for reader in node.users)
        clipped = is_clipped(node, self.root)
        self.visit(LayerSum(tuple(layers), statistics, added, clipped, answers))


def states_before(states: Tensor) -> Tensor:
    """The state [N, time, units] that each time step starts from: zeros, then those of the steps before."""
    return torch.cat([torch.zeros_like(states[:, :1]), states[:, :-1]], dim=1)


def _checked(gru: nn.GRU, states: Tensor) -> Tensor:
    if not (gru.batch_first and gru.bias):
        raise UsageError("Only a GRU with biases and batch_first can have units removed.")
    return states
