"""What can be asked of quantization."""

from __future__ import annotations

from typing import ClassVar, Literal

from compression.techniques.step import Step, knob


class Quantize(Step):
    """Store each weight as a small whole number times a scale."""

    technique: ClassVar[str] = "quantize"
    label: ClassVar[str] = "Quantization"
    summary: ClassVar[str] = "Store each weight as a small whole number times a scale."
    implementation: ClassVar[str] = "compression.techniques.quantization.integer:quantize"

    bits: int = knob(
        8,
        label="Bits",
        unit="bits",
        low=2,
        high=8,
        step=1,
        help="Bits per weight. Fewer bits make a smaller file and a coarser model.",
    )
    per: Literal["channel", "tensor"] = knob(
        "channel",
        label="One scale per",
        help="Share one scale among a whole tensor, or give each output channel its own.",
    )

    def describe(self) -> str:
        return f"{self.bits} bits per {self.per}"
