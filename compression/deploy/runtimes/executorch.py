"""ExecuTorch with the XNNPACK kernels: PyTorch's runtime for phones and boards, which converts the module itself."""

from __future__ import annotations

import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
    XNNPACKQuantizer,
    get_symmetric_quantization_config,
)
from executorch.exir import to_edge_transform_and_lower
from executorch.extension.pybindings.portable_lib import (
    _threadpool_get_thread_count,
    _unsafe_reset_threadpool,
)
from executorch.runtime import Runtime
from torch import fx, nn

from compression.deploy.runtimes import Session, Source
from compression.deploy.runtimes.one_by_one import Array, OneByOne
from compression.deploy.runtimes.pt2e import example, quantized
from compression.errors import UsageError


def load(source: Source) -> Session:
    """The module as a program for one example and one thread, in int8 where it has scales. Takes 5 to 30 s."""
    module: nn.Module = source.module
    if any(isinstance(layer, nn.RNNBase) for layer in module.modules()):
        raise UsageError("ExecuTorch unrolls recurrent layers step by step, which takes minutes.")
    if source.scales:
        settings = get_symmetric_quantization_config(is_per_channel=True)
        module = quantized(source, XNNPACKQuantizer().set_global(settings), fold=True)
    exported = torch.export.export(_pooling(module, source), example(source))
    lowered = to_edge_transform_and_lower(exported, partitioner=[XnnpackPartitioner()])
    _compute_on_one_thread()
    program = Runtime.get().load_program(lowered.to_executorch().buffer)
    forward = program.load_method("forward")

    def call(image: Array, *, alive: object = program) -> Array:
        logits: Array = forward.execute([torch.from_numpy(image)])[0].numpy()
        return logits

    return OneByOne(call)


def _compute_on_one_thread() -> None:
    """Once, before anything is loaded: a program keeps the threads it was loaded with, and hangs without them."""
    if _threadpool_get_thread_count() != 1:
        _unsafe_reset_threadpool(1)


def _pooling(module: nn.Module, source: Source) -> nn.Module:
    """The module with each mean over an image in the one form XNNPACK has a kernel for.

    ``x.mean((2, 3))`` would fall back on a plain loop.
    """
    graph_module: fx.GraphModule = torch.export.export(module, example(source)).module()
    graph, aten = graph_module.graph, torch.ops.aten
    for node in graph.find_nodes(op="call_function", target=aten.mean.dim):
        rank = node.args[0].meta["val"].dim()
        if len(node.args) == 2 and sorted(axis % rank for axis in node.args[1]) == [2, 3]:
            with graph.inserting_after(node):
                flat = graph.call_function(aten.flatten.using_ints, (node, 1))
            node.replace_all_uses_with(
                flat, delete_user_cb=lambda user, flat=flat: user is not flat
            )
            node.args = (*node.args, True)
    graph_module.recompile()
    return graph_module
