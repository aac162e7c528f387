"""What can be asked of quantization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from compression.techniques.shared import by_layer
from compression.techniques.shared.images import images_knob, require_images, unseen
from compression.techniques.step import Step, knob

BITS = (1, 1.58, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16)
FLOAT_ACTIVATIONS = 32
LEARNED = ("adaround", "gptq", "refit")
"""Methods that look at what each layer computes for unlabelled images."""
TRAINED = ("distil", "qat")
"""Methods that train, from what refit gives; the second looks at labels."""

INT, FLOAT = {"format": ["int"]}, {"format": ["float"]}
CODED, SCALED = {"format": ["int", "codebook"]}, {"format": ["int", "float"]}


class Quantize(Step):
    """Store each weight in few bits: a whole number, a small float or an entry of a codebook."""

    technique: ClassVar[str] = "quantize"
    label: ClassVar[str] = "Quantization"
    summary: ClassVar[str] = "Store each weight in few bits, and compute activations in few bits."
    implementation: ClassVar[str] = "compression.techniques.quantization.quantize:quantize"
    gentlest: ClassVar[Mapping[str, Any]] = {"bits": 8}
    strongest: ClassVar[Mapping[str, Any]] = {"bits": 3}

    format: Literal["int", "float", "codebook"] = knob(
        "int",
        label="Number format",
        help="Whole numbers times a scale, small floating-point numbers, or a learned codebook.",
    )
    bits: int | float = knob(
        4,
        label="Bits",
        unit="bits",
        values=BITS,
        when=CODED,
        help="Bits per weight; 1 is binary, 1.58 ternary. Fewer make a smaller file and a coarser model.",
    )
    allocation: Literal["same", "error"] = knob(
        "same", label="Bits shared out", more=True, when=INT,
        help="The same bits in every layer; or as a mean over all weights, with more where a layer's outputs "
        "change most (error).",
    )  # fmt: skip
    exponent: int = knob(
        4, label="Exponent bits", low=1, high=8, step=1, when=FLOAT,
        help="Bits for a float's exponent: more reach further.",
    )  # fmt: skip
    mantissa: int = knob(
        3, label="Mantissa bits", low=0, high=10, step=1, when=FLOAT,
        help="Bits for a float's digits: more are finer.",
    )  # fmt: skip
    activations: int = knob(
        FLOAT_ACTIVATIONS,
        label="Activation bits",
        unit="bits",
        values=(2, 3, 4, 6, 8, 16, FLOAT_ACTIVATIONS),
        help="Bits of what flows between layers; 8 computes in int8 kernels, 32 keeps floats.",
    )
    method: Literal["nearest", "mse", "hqq", "adaround", "gptq", "refit", "distil", "qat"] = knob(
        "refit",
        label="Rounding",
        help="How weights are rounded: to the nearest level, with fitted scales, or so that each layer's "
        "outputs stay close (refit: GPTQ after least squares). Trained: distil learns the original's answers to images "
        "without labels, qat learns with labels.",
    )
    per: Literal["channel", "tensor"] = knob(
        "channel",
        label="One scale per",
        more=True,
        when={"group": [0], **SCALED},
        help="Share one scale among a whole tensor, or give each output channel its own.",
    )
    group: int = knob(
        0, label="Group size", unit="weights", more=True, values=(0, 8, 16, 32, 64, 128, 256), when=SCALED,
        help="Give so many neighbouring weights of a channel a scale of their own; 0 is off.",
    )  # fmt: skip
    scheme: Literal["symmetric", "asymmetric"] = knob(
        "symmetric", label="Zero point", more=True, when=INT,
        help="Keep zero in the middle, or shift each scale's range to where its weights are.",
    )  # fmt: skip
    scales: Literal["free", "power-of-two"] = knob(
        "free", label="Scales", more=True, when=SCALED,
        help="Any scale, or only powers of two (a shift in hardware; with floats in groups of 32: MX formats).",
    )  # fmt: skip
    bias: Literal["corrected", "kept"] = knob(
        "corrected", label="Biases", more=True,
        help="Shift each layer's biases so that its mean output stays the original's.",
    )  # fmt: skip
    equalize: Literal["off", "on"] = knob(
        "off", label="Cross-layer equalization", more=True,
        help="Even out the ranges of neighbouring layers first: helps where a tensor shares one scale.",
    )  # fmt: skip
    ends: Literal["same", "8-bit"] = knob(
        "same", label="First and last layer", more=True,
        help="Treat them like the others, or keep them at 8 bits.",
    )  # fmt: skip
    rest: Literal["16-bit", "32-bit"] = knob(
        "16-bit", label="Biases and norms stored in", more=True,
        help="What is not a weight is a small part, yet not of a model in few bits.",
    )  # fmt: skip
    calibration: Literal["minmax", "percentile", "mse", "entropy"] = knob(
        "mse", label="Activation ranges", more=True, when={"activations": [2, 3, 4, 6, 8, 16]},
        help="How the range of each activation is chosen from the calibration images.",
    )  # fmt: skip
    images: int = images_knob()
    epochs: float = knob(
        1.0, label="Training", unit="epochs", low=0.1, high=10.0, step=0.1, when={"method": TRAINED},
        help="Passes over the training images; distil learns from as many, drawn from 4,000 of them.",
    )  # fmt: skip
    trained_on: Literal["bundled", "full"] = knob(
        "bundled", label="Training images", more=True, when={"method": ["qat"]},
        help="Those that come with the project, or all that the data set has; they must have been downloaded.",
    )  # fmt: skip
    layers: str = knob(
        "", label="Bits by layer", form=False,
        help="Layers with bits of their own, as in conv1=8;fc=4; the others have the bits above, or share them.",
    )  # fmt: skip

    @property
    def is_trained(self) -> bool:
        return self.method in TRAINED

    @property
    def needs_labels(self) -> bool:
        return self.method == "qat"

    def untrained(self) -> Step:
        return self.moved(method="refit") if self.is_trained else self

    @property
    def float_bits(self) -> int:
        return 1 + self.exponent + self.mantissa

    @property
    def bits_by_layer(self) -> dict[str, float]:
        """The layers with bits of their own."""
        return parse_layers(self.layers)

    @field_validator("bits")
    @classmethod
    def _whole_if_it_can_be(cls, bits: float) -> float:
        return int(bits) if bits == int(bits) else bits

    @model_validator(mode="after")
    def _at_most_16_bits(self) -> Quantize:
        if self.format == "float" and self.float_bits > 16:
            raise ValueError(
                f"a float of {self.float_bits} bits saves nothing: exponent and mantissa are at most 15 together"
            )
        return self

    @model_validator(mode="after")
    def _images_where_they_count(self) -> Quantize:
        require_images(self.images, *[f"method={self.method}"] * self.is_trained)
        return self

    @field_validator("layers")
    @classmethod
    def _sorted_layers(cls, layers: str) -> str:
        return by_layer.written(parse_layers(layers))

    def describe(self) -> str:
        return "; ".join(_words(self))


def parse_layers(layers: str) -> dict[str, float]:
    """``conv1=8;fc=4`` as a table; ValueError in one sentence if it is not one."""
    return by_layer.parse(
        layers, _bits, form=f"layers must look like conv1=8;fc=4 with bits {BITS}"
    )


def _bits(text: str) -> float:
    bits = float(text)
    if bits not in BITS:
        raise ValueError
    return int(bits) if bits == int(bits) else bits


def _words(step: Quantize) -> list[str]:
    sizes = {
        "int": f"{step.bits} bit{'s' if step.bits != 1 else ''}",
        "float": f"E{step.exponent}M{step.mantissa} floats",
        "codebook": f"codebook of {step.bits} bits",
    }
    if step.allocation == "error":
        sizes["int"] = f"mixed bits, {step.bits} on average"
    is_set = step.layers and step.format != "float" and step.allocation == "same"
    words = ["mixed bits" if is_set else sizes[step.format]]
    if step.activations != FLOAT_ACTIVATIONS:
        words[0] += f", activations {step.activations}"
    words += step.changed("method", "per", "group", "scheme", "scales", "equalize", "ends")
    words += ["all training images"] * (step.trained_on == "full")
    return words + unseen(step.images)
