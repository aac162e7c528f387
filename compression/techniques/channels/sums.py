"""A module's operations as a graph: which layers' outputs are added, and which only a ReLU reads."""

from __future__ import annotations

import operator

import torch
from torch import fx, nn
from torch.nn import functional as F

from compression.errors import UsageError, reason_of

_ADDS = (operator.add, operator.iadd, torch.add)


def trace(module: nn.Module) -> fx.Graph:
    """A module's operations in order; UsageError where they depend on values."""
    try:
        return fx.Tracer().trace(module)
    except (fx.proxy.TraceError, TypeError, ValueError, NotImplementedError) as error:
        raise UsageError(
            "What this model computes can't be followed operation by operation, so that its layers can't be "
            f"repaired ({reason_of(error)}): choose repair=none."
        ) from None


def added_layers(node: fx.Node, module: nn.Module) -> tuple[fx.Node | None, ...]:
    """For both terms of an addition the layer that it comes from directly, if it does; empty if none does."""
    is_addition = node.op == "call_function" and node.target in _ADDS
    if not is_addition or node.kwargs or len(node.args) != 2 or len(set(node.args)) != 2:
        return ()
    if not all(isinstance(term, fx.Node) and term.op != "get_attr" for term in node.args):
        return ()
    parts = tuple(_source(term, module) for term in node.args)  # type: ignore[arg-type]
    return parts if any(part is not None for part in parts) else ()


def is_clipped(node: fx.Node, module: nn.Module) -> bool:
    """Whether a ReLU is all that reads what the node puts out."""
    if len(node.users) != 1:
        return False
    (reader,) = node.users
    if reader.op == "call_module":
        child = module.get_submodule(str(reader.target))
        if isinstance(child, nn.Identity):
            return is_clipped(reader, module)
        return isinstance(child, nn.ReLU)
    return reader.target in (torch.relu, F.relu, "relu")


def _source(node: fx.Node, module: nn.Module) -> fx.Node | None:
    while node.op == "call_module" and len(node.users) == 1:
        child = module.get_submodule(str(node.target))
        if isinstance(child, nn.Linear) or (
            isinstance(child, (nn.Conv1d, nn.Conv2d)) and child.groups == 1
        ):
            return node
        if not isinstance(child, nn.Identity) or not isinstance(node.args[0], fx.Node):
            return None
        node = node.args[0]
    return None
