"""How a model is to be cut for several devices: what was asked, as a value that stays with the model. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

OBJECTIVES = ("throughput", "latency", "memory")
LINK_DTYPES = ("fp32", "fp16", "int8")
COSTS = ("modelled", "measured")


@dataclass(frozen=True)
class Slicing:
    """Into how many stages, where, and over what links.

    It says nothing about weights, so it survives every later step: slicing a model and quantizing it give the same in
    either order, for the cut is made in the deployed graph.
    """

    stages: int = 2
    cuts: tuple[int, ...] = ()
    """Numbers of cut points, ascending; empty: the best ones."""
    split: bool = True
    """Whether a layer may be shared out among devices where this serves the objective or the cap."""
    objective: str = "throughput"
    cap_bytes: int = 0
    """What weights and activations may need on a device; 0: no cap."""
    link_mbps: float = 0.0
    """Megabits per second of a modelled link; 0: as fast as the loopback is."""
    link_dtype: str = "fp32"
    costs: str = "modelled"
    """Where the times of layers come from that the best cuts are found by."""
    threshold: float = 0.0
    """With early exits, whose heads lie on the devices too: an example leaves where the confidence is above this."""

    @property
    def has_exits(self) -> bool:
        return self.threshold > 0
