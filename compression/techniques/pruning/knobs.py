"""What can be asked of pruning."""

from __future__ import annotations

from typing import ClassVar

from compression.techniques.step import Step, knob


class Prune(Step):
    """Set the smallest weights of the whole model to zero."""

    technique: ClassVar[str] = "prune"
    label: ClassVar[str] = "Pruning"
    summary: ClassVar[str] = "Set the smallest weights of the whole model to zero."
    implementation: ClassVar[str] = "compression.techniques.pruning.magnitude:prune"

    sparsity: float = knob(
        0.5,
        label="Sparsity",
        low=0.0,
        high=0.98,
        step=0.02,
        help="Share of the weights that become zero; the smallest go first, model-wide.",
    )

    def describe(self) -> str:
        return f"{100 * self.sparsity:g} % zeros"
