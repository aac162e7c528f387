"""What can be asked of pruning."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import field_validator

from compression.techniques import by_layer
from compression.techniques.step import Step, knob

FREE = {"pattern": ["free"]}


class Prune(Step):
    """Set the least important weights to zero, and refit the others."""

    technique: ClassVar[str] = "prune"
    label: ClassVar[str] = "Pruning"
    summary: ClassVar[str] = "Set the least important weights to zero, and refit the others."
    implementation: ClassVar[str] = "compression.techniques.pruning.prune:prune"

    sparsity: float = knob(
        0.5,
        label="Sparsity",
        low=0.0,
        high=0.98,
        step=0.02,
        when=FREE,
        help="Share of the weights that become zero; the least important go first.",
    )
    pattern: Literal["free", "2:4", "1:4", "4:8"] = knob(
        "free",
        label="Pattern",
        help="Zeros anywhere, or so many weights kept of each few neighbours, as some hardware wants it.",
    )
    score: Literal["lamp", "magnitude", "wanda", "obs", "taylor", "random"] = knob(
        "lamp",
        label="Importance",
        help="How weights are ranked: by size (lamp: within what is left of their layer), by size times activity "
        "(wanda), by the error that others can't make up for (obs), by the labels' loss (taylor), or by chance.",
    )
    allocation: Literal["global", "uniform", "sensitivity"] = knob(
        "global",
        label="Shared out",
        when=FREE,
        help="Rank all layers' weights together, prune each layer alike, or by how much its output suffers.",
    )
    repair: Literal["refit", "bias", "batchnorm", "none"] = knob(
        "refit",
        label="Repair",
        help="Refit the weights that are left to the original's outputs, without labels; or shift biases, "
        "or measure batch norms anew.",
    )
    gradual: Literal["on", "off"] = knob(
        "on", label="In steps", more=True, when={"repair": ["refit"]},
        help="On the way to many zeros, refit and rank anew where 30 % of the weights are left, and each half of that.",
    )  # fmt: skip
    images: int = knob(
        512, label="Calibration images", more=True, low=1, high=512, step=1,
        help="Unlabelled training images that are looked at (taylor: labelled ones).",
    )  # fmt: skip
    layers: str = knob(
        "", label="Sparsity by layer", form=False,
        help="Layers with sparsities of their own, as in conv1=0.2;fc=0.5; the others have the one above.",
    )  # fmt: skip

    @property
    def needs_labels(self) -> bool:
        return self.score == "taylor"

    @property
    def sparsity_by_layer(self) -> dict[str, float]:
        """The layers with sparsities of their own; those with 0 stay whole."""
        return parse_layers(self.layers)

    @field_validator("layers")
    @classmethod
    def _sorted_layers(cls, layers: str) -> str:
        return by_layer.written(parse_layers(layers))

    def describe(self) -> str:
        return "; ".join(_words(self))


def parse_layers(layers: str) -> dict[str, float]:
    """``conv1=0.2;fc=0.5`` as a table; ValueError in one sentence if it is not one."""
    form = "layers must look like conv1=0.2;fc=0.5 with shares from 0 to below 1"
    return by_layer.parse(layers, _share, form=form)


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share < 1:
        raise ValueError
    return share


def _words(step: Prune) -> list[str]:
    words = [f"{100 * step.sparsity:g} % zeros" if step.pattern == "free" else step.pattern]
    if step.layers:
        words.append("layers of their own")
    return words + step.changed("score", "allocation", "repair", "gradual")
