"""Where the heads of early exits are attached: one at each cut of a plan."""

from __future__ import annotations

from compression.deploy.slicing.dataflow import dataflow_of
from compression.deploy.slicing.heads import ExitPoint, exit_point
from compression.deploy.slicing.plan import plan_of
from compression.models.slicing import Slicing


def exit_points(model: bytes, slicing: Slicing) -> tuple[ExitPoint, ...]:
    """One for each cut; UsageError where the graph can't be cut so, or a cut has no float activation to read."""
    flow = dataflow_of(model)
    return tuple(exit_point(flow, cut) for cut in plan_of(model, slicing).cuts)
