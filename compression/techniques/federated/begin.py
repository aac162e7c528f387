"""The network that a federated training begins with: new weights, or those that the steps before left."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from compression.errors import UsageError
from compression.models import untrained
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.techniques.federated.knobs import PREVIOUS, Federate
from compression.techniques.federated.layout import Layout


def begin(compressed: Compressed, step: Federate, seed: int) -> Compressed:
    """UsageError where weights are to go on that stand on a grid."""
    if step.start == PREVIOUS:
        if compressed.formats or compressed.activations:
            raise UsageError(
                "start=previous moves weights off the values they were quantized to: "
                "put federate before quantize, or choose start=new."
            )
        return fold_batch_norm(compressed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = untrained(compressed.model, compressed.student)
        if _shapes(network) != _shapes(compressed.module):
            network = _anew(compressed.module, network)
    return Compressed(compressed.model, network, student=compressed.student)


def mask_of(before: nn.Module, layout: Layout) -> Tensor | None:
    """0 where the weights of what stood before are zero, in the row of the new network; None if none are."""
    row = torch.ones(layout.size)
    masks = layout.tensors(row)
    for name in weight_names(before):
        weight = before.get_parameter(name)
        if name in masks and masks[name].shape == weight.shape:
            masks[name].copy_(weight.detach() != 0)
    return None if bool(row.all()) else row


def _shapes(module: nn.Module) -> list[tuple[str, torch.Size]]:
    return [(name, values.shape) for name, values in module.state_dict().items()]


@torch.no_grad()
def _anew(before: nn.Module, full: nn.Module) -> nn.Module:
    """The narrower or folded network with weights drawn anew; what no layer can draw is that of the full one."""
    network = copy.deepcopy(before)
    drawn = dict(full.named_parameters())
    for path, child in network.named_modules():
        if callable(reset := getattr(child, "reset_parameters", None)):
            reset()
            continue
        for name, parameter in child.named_parameters(path, recurse=False):
            if name in drawn and drawn[name].shape == parameter.shape:
                parameter.copy_(drawn[name])
    return network
