"""What can be asked of a supernet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from compression.models.catalogue import MODELS, ModelCard
from compression.models.subnets import KERNELS, LARGEST, RESOLUTIONS, Subnet, even
from compression.techniques.shared.images import images_knob, unseen
from compression.techniques.step import Step, knob


def _width(label: str, of: str, *, more: bool = False) -> Any:
    words = f"Share of the supernet's channels {of}, rounded to an even number."
    return knob(1.0, label=label, low=0.25, high=1.0, step=0.05, more=more, help=words)


def _kernel(label: str, depth: str, depths: list[int]) -> Any:
    words = "Side of the depthwise kernel: the middle 3 x 3 of the supernet's, or all of its 5 x 5."
    return knob(
        5, label=label, unit="pixels", values=KERNELS, when={depth: depths}, more=True, help=words
    )


class ChooseSubnet(Step):
    """Cut one network out of a supernet: narrower, shallower, at a lower resolution."""

    technique: ClassVar[str] = "subnet"
    label: ClassVar[str] = "Architecture search"
    summary: ClassVar[str] = (
        "Cut a smaller network out of one that was trained for all of them at once."
    )
    implementation: ClassVar[str] = "compression.techniques.search.subnet:subnet"
    gentlest: ClassVar[Mapping[str, Any]] = {"width1": 1.0}
    strongest: ClassVar[Mapping[str, Any]] = {
        "stem": 0.5, "width1": 0.5, "width2": 0.5, "width3": 0.5, "depth1": 1, "depth2": 2, "kernel2": 3,
    }  # fmt: skip
    is_first: ClassVar[bool] = True

    stem: float = _width("Channels in the first layer", "in the first layer", more=True)
    width1: float = _width("Channels in stage 1", "in the first stage")
    width2: float = _width("Channels in stage 2", "in the second stage")
    width3: float = _width("Channels in stage 3", "in the third stage")
    depth1: int = knob(
        2, label="Layers in stage 1", unit="layers", low=1, high=2, step=1,
        help="The second is a plain 3 x 3 convolution beside a skip.",
    )  # fmt: skip
    depth2: int = knob(
        3, label="Layers in stage 2", unit="layers", low=1, high=3, step=1,
        help="The second is a depthwise separable convolution, the third a plain 3 x 3 one, both beside a skip.",
    )  # fmt: skip
    depth3: int = knob(
        2, label="Layers in stage 3", unit="layers", low=1, high=2, step=1,
        help="The second is a depthwise separable convolution beside a skip.",
    )  # fmt: skip
    kernel2: int = _kernel("Kernel in stage 2", "depth2", [2, 3])
    kernel3: int = _kernel("Kernel in stage 3", "depth3", [2])
    resolution: int = knob(
        28, label="Resolution", unit="pixels", values=RESOLUTIONS,
        help="Pixels on a side that the network sees: at 14 each is the mean of four.",
    )  # fmt: skip
    images: int = images_knob()

    @classmethod
    def unfit(cls, model: ModelCard) -> str:
        if model.is_supernet:
            return ""
        return (
            f"A sub-network can only be cut out of a supernet, and {model} is none: choose "
            f"{' or '.join(card.id for card in MODELS.values() if card.is_supernet)}."
        )

    @property
    def shape(self) -> Step | None:
        return self

    @property
    def subnet(self) -> Subnet:
        """Which one is asked for."""
        first, second, third = LARGEST.widths
        return Subnet(
            stem=even(self.stem * LARGEST.stem),
            widths=(
                even(self.width1 * first),
                even(self.width2 * second),
                even(self.width3 * third),
            ),
            depths=(self.depth1, self.depth2, self.depth3),
            kernels=(self.kernel2, self.kernel3),
            resolution=self.resolution,
        )

    def describe(self) -> str:
        chosen = self.subnet
        channels = "-".join(map(str, (chosen.stem, *chosen.widths)))
        words = [f"{channels} channels", f"{'-'.join(map(str, chosen.depths))} layers"]
        words += self.changed("kernel2", "kernel3", "resolution")
        return "; ".join(words + unseen(self.images))
