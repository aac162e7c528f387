"""The members of a supernet: which widths, depths, kernels and resolution there are. Torch-free."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

from compression.errors import UsageError

PREFIX = "subnet-"
DEPTHS, KERNELS, RESOLUTIONS = ((1, 2), (1, 2, 3), (1, 2)), (3, 5), (14, 28)


@dataclass(frozen=True)
class Subnet:
    """One member: the stem's channels; then channels and layers of each stage; the depthwise kernel of the second and
    third; pixels on a side."""

    stem: int
    widths: tuple[int, int, int]
    depths: tuple[int, int, int] = (2, 3, 2)
    kernels: tuple[int, int] = (5, 5)
    resolution: int = 28

    @property
    def name(self) -> str:
        """``subnet-8-16-28-28-d122-k35-r28``."""
        channels = "-".join(map(str, (self.stem, *self.widths)))
        depths, kernels = ("".join(map(str, each)) for each in (self.depths, self.kernels))
        return f"{PREFIX}{channels}-d{depths}-k{kernels}-r{self.resolution}"

    @property
    def settled(self) -> Subnet:
        """The same with the smallest kernel where there is no depthwise layer, so that equal networks are equal."""
        second, third = (
            kernel if depth > 1 else KERNELS[0]
            for kernel, depth in zip(self.kernels, self.depths[1:], strict=True)
        )
        return replace(self, kernels=(second, third))


LARGEST = Subnet(16, (32, 56, 56))
SMALLEST = Subnet(4, (8, 14, 14), (1, 1, 1), (3, 3), 14)
"""A quarter of the largest's channels. Members of two channels can be had, too, but they learn so little that in the
sandwich's loss they drown all others: with them the half-wide member got to 85 % in 14 epochs."""


_NAME = re.compile(
    PREFIX + r"(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})-d([12])([123])([12])-k([35])([35])-r(14|28)"
)


def parse_subnet(name: str) -> Subnet:
    """The member of that name; UsageError in one sentence if there is none."""
    match = _NAME.fullmatch(name)
    numbers = [int(number) for number in match.groups()] if match else []
    least, most = (SMALLEST.stem, *SMALLEST.widths), (LARGEST.stem, *LARGEST.widths)
    if not numbers or any(
        not low <= n <= high or n % 2 for low, n, high in zip(least, numbers, most, strict=False)
    ):
        raise UsageError(
            f"There is no sub-network {name[:40]!r}: one is written like {SMALLEST.name}, with up to "
            f"{'-'.join(map(str, most))} channels."
        )
    stem, w1, w2, w3, d1, d2, d3, k2, k3, resolution = numbers
    return Subnet(stem, (w1, w2, w3), (d1, d2, d3), (k2, k3), resolution)


def drawn(random: Random, *, narrow: bool) -> Subnet:
    """A member at random: widths evenly among all, or where ``narrow`` evenly among their logarithms."""

    def width(least: int, most: int) -> int:
        return even(
            least * (most / least) ** random.random() if narrow else random.uniform(least, most)
        )

    first, second, third = map(width, SMALLEST.widths, LARGEST.widths)
    one, two, three = map(random.choice, DEPTHS)
    return Subnet(
        stem=width(SMALLEST.stem, LARGEST.stem),
        widths=(first, second, third),
        depths=(one, two, three),
        kernels=(random.choice(KERNELS), random.choice(KERNELS)),
        resolution=random.choice((*RESOLUTIONS, LARGEST.resolution)),
    )


def even(channels: float) -> int:
    """The nearest even number of channels: one for every member."""
    return 2 * round(channels / 2)
