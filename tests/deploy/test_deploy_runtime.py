"""Files are opened on one thread, and the values inside them can be looked at."""

import numpy as np
import onnx
import torch
from torch import nn

from compression.deploy.onnx import export_onnx
from compression.deploy.runtime import open_session, run_exposed


def test_a_session_runs_on_one_thread_without_spinning():
    options = open_session(export_onnx(nn.Linear(4, 2), (4,))).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_the_values_inside_are_those_of_the_layers():
    module = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    graph = onnx.load_from_string(export_onnx(module, (4,)))
    inputs = torch.randn(5, 4)
    hidden = graph.graph.node[0].output[0]
    found = run_exposed(graph, inputs.numpy(), [hidden])[hidden]
    assert np.allclose(found, module[0](inputs).detach(), atol=1e-6)
