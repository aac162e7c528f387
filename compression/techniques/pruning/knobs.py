"""What can be asked of pruning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from compression.techniques.shared import by_layer
from compression.techniques.shared.images import images_knob, require_images, unseen
from compression.techniques.step import Step, knob

FREE = {"pattern": ["free"]}
TRAINED = ("finetune", "gradual", "rewind", "distil")
"""Repairs that train; all but the last look at labels."""


class Prune(Step):
    """Set the least important weights to zero, and refit the others."""

    technique: ClassVar[str] = "prune"
    label: ClassVar[str] = "Pruning"
    summary: ClassVar[str] = "Set the least important weights to zero, and refit the others."
    implementation: ClassVar[str] = "compression.techniques.pruning.prune:prune"
    gentlest: ClassVar[Mapping[str, Any]] = {"sparsity": 0.0}
    strongest: ClassVar[Mapping[str, Any]] = {"sparsity": 0.9}
    control_words: ClassVar[str] = "Same training, nothing removed"

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
        help="Zeros anywhere, or at most so many weights kept of each few neighbouring input channels, as sparse "
        "kernels read them; a layer with hardly any input channels stays whole.",
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
    repair: Literal[
        "joint", "refit", "bias", "batchnorm", "none", "distil", "finetune", "gradual", "rewind"
    ] = knob(
        "joint",
        label="Repair",
        help="Without labels: refit the weights that are left to the original's outputs, and choose which of a "
        "channel's are left together with their values (joint) or by their rank alone (refit); shift biases, measure "
        "batch norms anew, or go on from joint to learn the original's answers (distil). Trained with labels: "
        "go on from joint (finetune), let the sparsity rise during the training (gradual), or prune, train "
        "and go back to the original's weights, round after round (rewind).",
    )
    epochs: float = knob(
        1.0, label="Training", unit="epochs", low=0.1, high=10.0, step=0.1, when={"repair": TRAINED},
        help="Passes over the training images; distil learns from as many, drawn from 4,000 of them.",
    )  # fmt: skip
    gradual: Literal["on", "off"] = knob(
        "on", label="In steps", more=True, when={"repair": ["refit"]},
        help="On the way to many zeros, refit and rank anew where 30 % of the weights are left, and each half of that.",
    )  # fmt: skip
    images: int = images_knob(" (taylor: labelled ones)")
    layers: str = knob(
        "", label="Sparsity by layer", form=False,
        help="Layers with sparsities of their own, as in conv1=0.2;fc=0.5; the others have the one above.",
    )  # fmt: skip

    @property
    def is_trained(self) -> bool:
        return self.repair in TRAINED

    @property
    def needs_labels(self) -> bool:
        return self.score == "taylor" or self.repair in TRAINED[:-1]

    @property
    def removes_nothing(self) -> bool:
        return (
            self.pattern == "free"
            and self.sparsity == 0
            and not any(self.sparsity_by_layer.values())
        )

    @property
    def refitted(self) -> Prune:
        """The same zeros with what can be repaired without training."""
        return Prune.model_validate(self.moved(repair="joint").model_dump())

    @property
    def is_joint(self) -> bool:
        """Whether which weights of a channel stay is decided together with their values."""
        return self.repair in ("joint", "distil", "finetune")

    @property
    def is_refitted(self) -> bool:
        return self.repair in ("joint", "refit")

    def untrained(self) -> Prune:
        return self.refitted if self.is_trained else self

    def control(self) -> Prune | None:
        """The same training of the whole model; which weights would go is nothing to it."""
        if not self.is_trained or self.removes_nothing:
            return None
        return Prune(sparsity=0, repair=self.repair, epochs=self.epochs)

    @property
    def sparsity_by_layer(self) -> dict[str, float]:
        """The layers with sparsities of their own; those with 0 stay whole."""
        return parse_layers(self.layers)

    @field_validator("layers")
    @classmethod
    def _sorted_layers(cls, layers: str) -> str:
        return by_layer.written(parse_layers(layers))

    @model_validator(mode="after")
    def _a_pattern_has_no_steps(self) -> Prune:
        if self.pattern != "free" and self.repair in ("gradual", "rewind"):
            raise ValueError(
                f"repair={self.repair} raises the sparsity in steps, which {self.pattern} has none of: "
                "choose pattern=free, or repair=finetune"
            )
        return self

    @model_validator(mode="after")
    def _images_where_they_count(self) -> Prune:
        looking = ["score=taylor"] * (self.score == "taylor")
        looking += [f"repair={self.repair}"] * (self.is_trained or self.repair == "batchnorm")
        require_images(self.images, *looking)
        return self

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
    words += step.changed("score", "allocation", "repair", "epochs", "gradual")
    return words + unseen(step.images)
