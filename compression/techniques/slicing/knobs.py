"""What can be asked of slicing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from compression.techniques.step import Step, knob

MOST_STAGES = 8
USUAL_THRESHOLD = 0.9


class Slice(Step):
    """Cut a model into stages that run on several devices, one after the other."""

    technique: ClassVar[str] = "slice"
    label: ClassVar[str] = "Slicing"
    summary: ClassVar[str] = (
        "Cut a model into stages for several devices, each with its own weights only."
    )
    implementation: ClassVar[str] = "compression.techniques.slicing.slice:slice_model"
    gentlest: ClassVar[Mapping[str, Any]] = {"stages": 1}
    strongest: ClassVar[Mapping[str, Any]] = {"stages": 2, "link_dtype": "int8"}
    keeps_values: ClassVar[bool] = True
    control_words: ClassVar[str] = "Same heads and updates, learning from the labels"

    stages: int = knob(
        2, label="Stages", unit="devices", low=1, high=MOST_STAGES, step=1,
        help="How many devices share the model; an example passes them one after the other.",
    )  # fmt: skip
    objective: Literal["throughput", "latency", "memory"] = knob(
        "throughput",
        label="Objective",
        help="What the best cuts are best for: most examples per second (throughput), the shortest way of one "
        "example (latency), or the least memory on the device that needs most (memory).",
    )
    link_dtype: Literal["fp32", "fp16", "int8"] = knob(
        "fp32",
        label="Numbers on links",
        help="What activations are sent in: 32-bit floats, 16-bit floats, or 8-bit integers with a range per example.",
    )
    link_mbps: float = knob(
        0.0, label="Link speed", unit="Mbit/s", low=0.0, high=10_000.0, step=1.0,
        help="Speed of the links between devices, modelled; 0 takes them as fast as this machine's loopback is.",
    )  # fmt: skip
    cap_kb: float = knob(
        0.0, label="Memory of a device", unit="kB", low=0.0, high=1_000_000.0, step=1.0, more=True,
        help="What weights and activations together may need on each device; 0 is no limit.",
    )  # fmt: skip
    split: Literal["auto", "off"] = knob(
        "auto", label="Split layers", more=True,
        help="Whether a layer may be shared out among devices by its output channels, where a device's memory or "
        "the objective memory asks for it.",
    )  # fmt: skip
    costs: Literal["modelled", "measured"] = knob(
        "modelled", label="Times of layers", more=True,
        help="What the best cuts are found by: a model of the kernels, the same on every machine, or processor times "
        "measured of every part of this very graph; those of the shipped models are shipped, others are measured here.",
    )  # fmt: skip
    cuts: str = knob(
        "",
        label="Cuts",
        form=False,
        help="Where to cut: numbers of cut points with + between them, as in 2+5; empty for the best cuts.",
    )

    exits: Literal["off", "on", "labels"] = knob(
        "off", label="Early exits", when={"stages": range(2, MOST_STAGES + 1)},
        help="Train a small head at each cut, so that a device answers by itself where it is sure: from the whole "
        "model's answers (on), or from the labels with as many updates (labels: the control).",
    )  # fmt: skip
    threshold: float = knob(
        USUAL_THRESHOLD, label="Confidence to leave", low=0.5, high=1.0, step=0.01,
        when={"exits": ["on", "labels"]},
        help="An example leaves at the first device whose answer is more probable than this; at 1 none leaves early. "
        "Another threshold needs no other training.",
    )  # fmt: skip

    @field_validator("cuts")
    @classmethod
    def _ascending(cls, cuts: str) -> str:
        pieces = [piece.strip() for piece in cuts.split("+")] if cuts.strip() else []
        if not all(piece.isascii() and piece.isdigit() and len(piece) < 5 for piece in pieces):
            raise ValueError("cuts are numbers of cut points with + between them, as in 2+5")
        numbers = sorted({int(piece) for piece in pieces})
        if numbers and numbers[0] < 1:
            raise ValueError("cut points are numbered from 1")
        return "+".join(map(str, numbers))

    @model_validator(mode="after")
    def _one_cut_between_two_stages(self) -> Slice:
        if self.cuts and len(self.cut_numbers) != self.stages - 1:
            raise ValueError(
                f"{self.stages} stages have {self.stages - 1} cuts between them, not {len(self.cut_numbers)}"
            )
        return self

    @property
    def cut_numbers(self) -> tuple[int, ...]:
        return tuple(int(number) for number in self.cuts.split("+")) if self.cuts else ()

    @property
    def is_trained(self) -> bool:
        return self.exits != "off"

    @property
    def is_last(self) -> bool:
        return self.is_trained

    def untrained(self) -> Step:
        return self.moved(exits="off")

    def control(self) -> Step | None:
        """The same heads and updates without the whole model's answers; None for the control itself."""
        return self.moved(exits="labels") if self.exits == "on" else None

    def trained_as(self) -> Step:
        return self.moved(threshold=USUAL_THRESHOLD)

    def describe(self) -> str:
        words = [f"{self.stages} stages" if self.stages > 1 else "1 stage"]
        if self.cuts:
            words.append(f"cut at {self.cuts}")
        elif self.objective != "throughput":
            words.append(f"best for {self.objective}")
        if self.costs == "measured":
            words.append("by measured times")
        if self.cap_kb:
            words.append(f"{self.cap_kb:g} kB each")
        if self.link_mbps:
            words.append(f"{self.link_mbps:g} Mbit/s")
        words += [f"links {self.link_dtype}"] * (self.link_dtype != "fp32")
        if self.is_trained:
            taught = " by labels" * (self.exits == "labels")
            words.append(f"exits{taught} above {self.threshold:g}")
        return ", ".join(words)
