"""Cross-layer equalization: neighbouring layers share their ranges, which rounds both better.

Nagel et al., 2019, arXiv:1906.04721, section 4.1. As ``relu(s x) = s relu(x)`` for s > 0, a channel may leave
one layer s times smaller if the next layer multiplies it by s. That needs a pair of layers with nothing between
but what commutes with a factor per channel, and nobody else looking. Convolutional and dense networks
have such pairs; a GRU and a transformer (layer norms, GELU) have none and come back as they are.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from compression.models.compressed import Compressed, fold_batch_norm, per_channel

ROUNDS = 20
"""Over all pairs; in a chain each pair disturbs the next."""
LARGEST = 1e3
"""Factor, so that a nearly dead channel doesn't blow up another."""

_LAYERS = (nn.Conv1d, nn.Conv2d, nn.Linear)
_RANKS: dict[type[nn.Module], int] = {nn.Conv1d: 3, nn.Conv2d: 4, nn.Linear: 0}
_MODULES = (
    nn.ReLU, nn.Identity, nn.Dropout, nn.MaxPool1d, nn.MaxPool2d, nn.AvgPool1d, nn.AvgPool2d,
)  # fmt: skip
_FUNCTIONS = (torch.relu, F.relu, F.max_pool1d, F.max_pool2d, F.avg_pool1d, F.avg_pool2d)


@dataclass(frozen=True)
class AdjacentLayers:
    """The paths of two layers of which the second reads only the first's scaled and clipped channels."""

    first: str
    second: str


@torch.no_grad()
def equalize(compressed: Compressed) -> Compressed:
    """The same function, batch norms folded, with evened-out weights wherever layers form a pair."""
    folded = fold_batch_norm(compressed)
    module = copy.deepcopy(folded.module)
    neighbours = adjacent_layers(module)
    factors = {pair.first: _even_out(module, pair) for pair in neighbours}
    for _ in range(ROUNDS - 1):
        for pair in neighbours:
            factors[pair.first] = factors[pair.first] * _even_out(module, pair)
    scales = {name: values.clone() for name, values in folded.fold_scales.items()}
    for path, factor in factors.items():
        if (name := f"{path}.weight") in scales:
            scales[name] = scales[name] * factor
    return replace(folded, module=module, fold_scales=MappingProxyType(scales))


def adjacent_layers(module: nn.Module) -> tuple[AdjacentLayers, ...]:
    """The pairs of a module without batch norms, in the order they run; none where it can't be traced."""
    try:
        graph = fx.Tracer().trace(module)
    except (fx.proxy.TraceError, TypeError, ValueError, NotImplementedError):
        return ()
    return tuple(_adjacent(module, graph))


def _adjacent(module: nn.Module, graph: fx.Graph) -> Iterator[AdjacentLayers]:
    calls = Counter(str(node.target) for node in graph.nodes if node.op == "call_module")
    read = [str(node.target) for node in graph.nodes if node.op == "get_attr"]
    owners = Counter(
        id(parameter)
        for _, child in module.named_modules(remove_duplicate=False)
        for parameter in child.parameters(recurse=False)
    )

    def is_own(path: str) -> bool:
        """Whether its weights serve this one call and nothing else."""
        parameters = module.get_submodule(path).parameters()
        is_read = any(name.startswith(f"{path}.") for name in read)
        return calls[path] == 1 and not is_read and all(owners[id(p)] == 1 for p in parameters)

    for node in graph.nodes:
        path = str(node.target)
        if node.op == "call_module" and isinstance(module.get_submodule(path), _LAYERS):
            second = _next_layer(module, node)
            if second is not None and is_own(path) and is_own(second):
                yield AdjacentLayers(path, second)


def _next_layer(module: nn.Module, node: fx.Node) -> str | None:
    """The path of the only layer that reads these channels, or None where anything else happens to them."""
    first = module.get_submodule(str(node.target))
    assert isinstance(first, _LAYERS)
    # Dimensions of [N, channels, ...]; 0 after a dense layer, where channels are the last of any number.
    start = rank = _RANKS[type(first)]
    channels = first.weight.shape[0]
    while len(node.users) == 1:
        (user,) = node.users
        if user.args[:1] != (node,) or user.all_input_nodes != [node]:
            return None
        if user.op == "call_module":
            child = module.get_submodule(str(user.target))
            if isinstance(child, _LAYERS):
                return str(user.target) if _fits(child, rank, start, channels) else None
        kept = _rank_after(module, user, rank)
        if kept is None:
            return None
        node, rank = user, kept
    return None


def _fits(second: nn.Module, rank: int, start: int, channels: int) -> bool:
    if isinstance(second, nn.Linear):
        # After flatten(1) a channel is a run of neighbouring inputs.
        return rank == (2 if start else 0) and second.in_features % channels == 0
    assert isinstance(second, nn.Conv1d | nn.Conv2d)
    return rank == start == _RANKS[type(second)] and second.in_channels == channels


def _rank_after(module: nn.Module, node: fx.Node, rank: int) -> int | None:
    """Dimensions after an operation that commutes with a factor per channel; None if it doesn't."""
    if node.op == "call_module":
        child = module.get_submodule(str(node.target))
        if type(child) is nn.Flatten and rank:
            return 2 if (child.start_dim, child.end_dim) == (1, -1) else None
        is_pool = "Pool" in type(child).__name__
        return rank if type(child) in _MODULES and (rank or not is_pool) else None
    name = node.target if node.op == "call_method" else None
    if name == "relu" or node.target in (torch.relu, F.relu):
        return rank
    if not rank:
        return None
    if node.op == "call_function" and node.target in _FUNCTIONS:
        return rank
    if name == "flatten" or node.target is torch.flatten:
        return 2 if node.args[1:] == (1,) and not node.kwargs else None
    if name == "mean" or node.target is torch.mean:
        return _rank_after_mean(node, rank)
    return None


def _rank_after_mean(node: fx.Node, rank: int) -> int | None:
    if len(node.args) != 2 or node.kwargs:
        return None
    dims = node.args[1] if isinstance(node.args[1], tuple | list) else (node.args[1],)
    if not all(isinstance(dim, int) and 2 <= dim < rank for dim in dims):
        return None
    return rank - len(dims)


def _even_out(module: nn.Module, pair: AdjacentLayers) -> Tensor:
    """Give both layers the range sqrt(r1 r2) in each channel, in place; the factors on the first's rows."""
    first, second = module.get_submodule(pair.first), module.get_submodule(pair.second)
    assert isinstance(first, _LAYERS) and isinstance(second, _LAYERS)
    leaving = first.weight.flatten(1).abs().amax(1)
    incoming = _by_channel(second, len(leaving))
    entering = incoming.abs().amax((1, 3)).reshape(-1)
    factor = torch.sqrt(entering / leaving).clamp(1 / LARGEST, LARGEST)
    factor = torch.where((leaving > 0) & (entering > 0), factor, torch.ones_like(factor))
    first.weight.mul_(per_channel(factor, first.weight))
    if first.bias is not None:
        first.bias.mul_(factor)
    incoming.div_(factor.reshape(incoming.shape[0], 1, -1, 1))
    return factor


def _by_channel(layer: nn.Module, channels: int) -> Tensor:
    """A view of the weight: [groups, rows of a group, channels of a group, the rest]."""
    assert isinstance(layer, _LAYERS)
    groups = 1 if isinstance(layer, nn.Linear) else layer.groups
    return layer.weight.view(groups, layer.weight.shape[0] // groups, channels // groups, -1)
