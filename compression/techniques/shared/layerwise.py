"""Walking a model layer by layer: what each layer is given, as Gram matrices, and one pass that rewrites them.

`rewrite` runs the images through the model once. When they reach a layer, its weight may be replaced
knowing what the layers before it, already replaced, really hand to it; so each layer also undoes what
went wrong upstream (as in Frantar & Alistarh, 2022, arXiv:2208.11580), residual paths included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.techniques.shared.bounded_cache import BoundedCache, content_key
from compression.techniques.shared.columns import convolution_columns, linear_columns
from compression.techniques.shared.moments import LayerStatistics


@dataclass(frozen=True, eq=False)
class Layer:
    """One weight and its bias. ``name`` is the weight's, ``path`` its module's; a GRU has two such layers."""

    name: str
    path: str
    weight: Tensor
    bias: Tensor | None
    groups: int = 1

    @property
    def matrix(self) -> Tensor:
        """The weight as float32 [groups, rows of a group, columns]."""
        rows = self.weight.shape[0]
        return self.weight.detach().reshape(self.groups, rows // self.groups, -1)

    @torch.no_grad()
    def replace(self, matrix: Tensor, bias: Tensor | None = None) -> None:
        """Write a new weight, of any shape with the same values in order, and a new bias."""
        self.weight.copy_(matrix.reshape(self.weight.shape))
        if bias is not None:
            assert self.bias is not None
            self.bias.copy_(bias.reshape(-1))


Visit = Callable[[Layer, LayerStatistics], None]
_STATISTICS: BoundedCache[Mapping[str, LayerStatistics]] = BoundedCache(128 * 2**20)
_OUTPUTS: BoundedCache[Mapping[str, Tensor]] = BoundedCache(64 * 2**20)


def layers(module: nn.Module) -> list[Layer]:
    """The layers that compression works on, in the order they are declared: that of `weight_names`."""
    every: list[Layer] = []
    for path, child in module.named_modules():
        if isinstance(child, nn.GRU):
            every += _gru_layers(path, child)
        elif isinstance(child, (nn.Conv1d, nn.Conv2d, nn.Linear)):
            groups = 1 if isinstance(child, nn.Linear) else child.groups
            name = ".".join(filter(None, (path, "weight")))
            every.append(Layer(name, path, child.weight, child.bias, groups))
    return every


def statistics(
    compressed: Compressed, images: Tensor, *, seed: int = 0
) -> Mapping[str, LayerStatistics]:
    """The moments of every layer of a folded model by its weight's name; targets are its own outputs.

    Made once per weights, images and seed: what comes after costs only the solving.
    """
    moments: dict[str, LayerStatistics] = {}

    def look(layer: Layer, columns: Tensor) -> None:
        moments[layer.name] = LayerStatistics(columns, _apply(layer, columns))

    key = content_key(_contents(compressed, images), compressed.model, seed, "statistics")
    if (known := _STATISTICS.get(key)) is not None:
        return known
    _walk(compressed.module, images, look, seed)
    return _STATISTICS.put(key, moments, sum(s.size_bytes for s in moments.values()))


def outputs(compressed: Compressed, images: Tensor, *, seed: int = 0) -> Mapping[str, Tensor]:
    """What each layer of a folded model puts out for the sampled columns, by its weight's name:
    [groups, columns, rows]. Made once per weights, images and seed."""
    by_name: dict[str, Tensor] = {}

    def look(layer: Layer, columns: Tensor) -> None:
        by_name[layer.name] = _apply(layer, columns)

    key = content_key(_contents(compressed, images), compressed.model, seed, "outputs")
    if (known := _OUTPUTS.get(key)) is not None:
        return known
    _walk(compressed.module, images, look, seed)
    return _OUTPUTS.put(key, by_name, sum(4 * y.numel() for y in by_name.values()))


def rewrite(
    module: nn.Module, images: Tensor, targets: Mapping[str, Tensor], visit: Visit, *, seed: int = 0
) -> None:
    """Run the images through ``module`` once, in place; when they reach a layer, ``visit`` may `replace` it.

    ``targets`` are the `outputs` of the model it should stay close to, for the same images and seed.
    """

    def look(layer: Layer, columns: Tensor) -> None:
        visit(layer, LayerStatistics(columns, targets[layer.name]))

    _walk(module, images, look, seed)


def _contents(compressed: Compressed, images: Tensor) -> list[Tensor]:
    return [*compressed.module.state_dict().values(), images]


@torch.no_grad()
def _walk(
    module: nn.Module, images: Tensor, look: Callable[[Layer, Tensor], None], seed: int
) -> None:
    """One forward pass that shows each layer with its sampled columns just before it is computed."""
    hooks = [
        _watch(module.get_submodule(layer.path), layer, look, seed) for layer in layers(module)
    ]
    try:
        module(images)
    finally:
        for hook in hooks:
            hook.remove()


def _watch(
    module: nn.Module, layer: Layer, look: Callable[[Layer, Tensor], None], seed: int
) -> RemovableHandle:
    def before(module: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        inputs = given[0]
        if isinstance(module, nn.GRU):
            is_input = ".weight_ih" in f".{layer.name}"
            columns = linear_columns(inputs if is_input else _states_before(module, inputs), seed)
        elif isinstance(module, (nn.Conv1d, nn.Conv2d)):
            if inputs.dim() == 4:  # channels together, as they are gathered: a fifth of a pass less
                inputs = inputs.contiguous(memory_format=torch.channels_last)
            columns = convolution_columns(module, inputs, seed)
        else:
            columns = linear_columns(inputs, seed)
        look(layer, columns)
        return (inputs, *given[1:])

    return module.register_forward_pre_hook(before)


def _states_before(gru: nn.GRU, inputs: Tensor) -> Tensor:
    """The hidden state that each time step starts from: zeros, then the states of the steps before."""
    states = gru.forward(inputs)[0]
    time = 1 if gru.batch_first else 0
    first = torch.zeros_like(states.narrow(time, 0, 1))
    return torch.cat([first, states.narrow(time, 0, states.shape[time] - 1)], dim=time)


def _gru_layers(path: str, gru: nn.GRU) -> list[Layer]:
    """The two maps of a GRU, each of inputs or states to pre-activations of its three gates."""
    if gru.num_layers > 1 or gru.bidirectional:
        raise UsageError(
            f"{path} has more than one layer or direction: only a single GRU can be compressed."
        )
    prefix = f"{path}." if path else ""
    parameters = dict(gru.named_parameters())
    return [
        Layer(
            f"{prefix}weight_{kind}_l0",
            path,
            parameters[f"weight_{kind}_l0"],
            parameters.get(f"bias_{kind}_l0"),
        )
        for kind in ("ih", "hh")
    ]


def _apply(layer: Layer, columns: Tensor) -> Tensor:
    """The layer's outputs for its columns: [groups, columns, rows of a group]."""
    product = columns @ layer.matrix.transpose(1, 2)
    if layer.bias is None:
        return product
    return product + layer.bias.detach().reshape(layer.groups, 1, -1)
