"""What can be asked of channel pruning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from compression.techniques.shared import by_layer
from compression.techniques.shared.images import images_knob, require_images, unseen
from compression.techniques.step import Step, knob

Score = Literal["obs", "l1", "l2", "fpgm", "bn", "taylor", "random"]
Repair = Literal["refit", "batchnorm", "bias", "none", "distil", "finetune"]
TRAINED = ("distil", "finetune")
"""Repairs that train; the second looks at labels."""


class PruneChannels(Step):
    """Remove whole channels, hidden units and attention heads: every tensor becomes smaller."""

    technique: ClassVar[str] = "prune-channels"
    label: ClassVar[str] = "Channel pruning"
    summary: ClassVar[str] = "Remove whole channels, so that every kernel has less to compute."
    implementation: ClassVar[str] = "compression.techniques.channels.prune_channels:prune_channels"
    gentlest: ClassVar[Mapping[str, Any]] = {"ratio": 0.0}
    strongest: ClassVar[Mapping[str, Any]] = {"ratio": 0.5}
    control_words: ClassVar[str] = "Same training, nothing removed"

    ratio: float = knob(
        0.5,
        label="Reduction",
        low=0.0,
        high=0.9,
        step=0.05,
        help="Share of the channels, hidden units and attention heads that are removed.",
    )
    match: Literal["parameters", "macs"] = knob(
        "parameters",
        label="Budget",
        when={"allocation": ["gram"]},
        help="What the network may have as much of as if the same share of all channels were removed.",
    )
    score: Score = knob(
        "obs",
        label="Importance",
        help="Which channels go first: those that the others replace best (obs), those with small weights "
        "(l1, l2), with many like them (fpgm), with small batch-norm scales (bn), or at random; or those that the "
        "labels' loss changes least with (taylor).",
    )
    allocation: Literal["gram", "uniform"] = knob(
        "gram",
        label="Shared out",
        help="Remove more where the others replace it better, or the same share everywhere.",
    )
    repair: Repair = knob(
        "refit",
        label="Repair",
        help="Without labels: refit what is left to the original's outputs, only give each channel its mean and "
        "spread back (batchnorm) or its mean (bias), or go on from refitting to learn the original's answers "
        "(distil). With labels: go on from refitting and learn from both (finetune).",
    )
    epochs: float = knob(
        1.0, label="Training", unit="epochs", low=0.1, high=10.0, step=0.1, when={"repair": TRAINED},
        help="Passes over the training images; distil learns from as many, drawn from 4,000 of them.",
    )  # fmt: skip
    multiple: int = knob(
        4, label="Widths in multiples of", unit="channels", more=True, values=(1, 2, 4, 8, 16),
        help="Kernels work on 8 or 16 channels at once: other widths save less time than multiplications.",
    )  # fmt: skip
    images: int = images_knob(" (taylor: labelled ones)")
    widths: str = knob(
        "", label="Widths by group", form=False,
        help="Groups of channels with a width of their own, as in conv1=12;block1.conv1=8.",
    )  # fmt: skip

    @property
    def shape(self) -> Step | None:
        return self

    @property
    def is_trained(self) -> bool:
        return self.repair in TRAINED

    @property
    def needs_labels(self) -> bool:
        return self.repair == "finetune" or self.score == "taylor"

    @property
    def refitted(self) -> PruneChannels:
        """The same channels with what can be repaired without training."""
        return PruneChannels.model_validate(self.moved(repair="refit").model_dump())

    def untrained(self) -> PruneChannels:
        return self.refitted if self.is_trained else self

    def control(self) -> PruneChannels | None:
        """The same training of the whole model; which channels would go is nothing to it."""
        if not self.is_trained or (self.ratio == 0 and not self.widths):
            return None
        return PruneChannels(ratio=0, repair=self.repair, epochs=self.epochs)

    @property
    def width_by_group(self) -> dict[str, int]:
        """The groups whose width is set."""
        return parse_widths(self.widths)

    @field_validator("widths")
    @classmethod
    def _sorted_widths(cls, widths: str) -> str:
        return by_layer.written(parse_widths(widths))

    @model_validator(mode="after")
    def _images_where_they_count(self) -> PruneChannels:
        looking = ["score=taylor"] * (self.score == "taylor")
        looking += [f"repair={self.repair}"] * (self.is_trained)
        require_images(self.images, *looking)
        return self

    def describe(self) -> str:
        words = [f"{100 * self.ratio:g} % fewer channels"]
        if self.match != "parameters":
            words.append("matched on MACs")
        words += self.changed("score", "allocation", "repair", "epochs", "multiple")
        words += unseen(self.images)
        return "; ".join(words + ["widths of their own"] * bool(self.widths))


def parse_widths(widths: str) -> dict[str, int]:
    """``conv1=12;block1.conv1=8`` as a table; ValueError in one sentence if it is not one."""
    form = "widths must look like conv1=12;block1.conv1=8 with whole numbers from 1"
    return by_layer.parse(widths, _width, form=form)


def _width(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise ValueError
    return int(text)
