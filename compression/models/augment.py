"""Random changes to a batch of training inputs, in index arithmetic: cheap beside the training."""

from collections.abc import Callable

import torch
from torch.nn import functional as F

from compression.models.plans import Augmentation
from datasets import watch

Augment = Callable[[torch.Tensor, torch.Generator], torch.Tensor]

SHIFT = 2
"""Largest shift of an image, in pixels."""
ERASED = 0.25
"""Share of the images of which a part is hidden."""
TURN = 0.2
"""Typical turn of the watch about each axis, in radians."""
GAIN = 0.15
"""Typical change of a signal, as a share of its spread."""


def none(batch: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """The batch as it is."""
    return batch


def flip(batch: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Half of the images mirrored, left to right."""
    drawn = torch.rand(len(batch), 1, 1, 1, generator=random) < 0.5
    places = drawn.flatten().nonzero().flatten()
    return batch.index_copy(0, places, batch.index_select(0, places).flip(-1))


def mirrored(batch: torch.Tensor) -> torch.Tensor:
    """All images mirrored, left to right."""
    return batch.flip(-1)


def crop_flip(batch: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Each image shifted by up to two pixels each way, over black, and half of them mirrored."""
    count, _, height, width = batch.shape
    padded = F.pad(batch, (SHIFT,) * 4, value=batch.min().item())
    down, right = torch.randint(0, 2 * SHIFT + 1, (2, count, 1), generator=random)
    rows = (torch.arange(height) + down)[:, :, None]
    columns = (torch.arange(width) + right)[:, None, :]
    every = torch.arange(count)[:, None, None]
    return flip(padded[every, :, rows, columns].permute(0, 3, 1, 2), random)


def crop_flip_erase(batch: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Shifted and mirrored, and of every fourth a rectangle of up to half the sides hidden (Zhong et al., 2017,
    arXiv:1708.04896)."""
    batch = crop_flip(batch, random)
    count, _, height, width = batch.shape
    low, high = round(0.15 * height), height // 2

    def hidden(size: int) -> torch.Tensor:
        length = torch.randint(low, high + 1, (count, 1), generator=random)
        start = (torch.rand(count, 1, generator=random) * (size - length + 1)).long()
        place = torch.arange(size)
        return (place >= start) & (place < start + length)

    rows, columns = hidden(height), hidden(width)
    erased = torch.rand(count, 1, 1, generator=random) < ERASED
    where = erased & rows[:, :, None] & columns[:, None, :]
    return batch.masked_fill(where[:, None], batch.min().item())


def wear(batch: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Signals as another wearer would give them: on the other arm half of the time, the watch a little
    turned on the wrist, and each axis stronger or weaker and offset.
    """
    mean, spread = torch.tensor(watch.MEAN)[:, None], torch.tensor(watch.SPREAD)[:, None]
    felt = batch * spread + mean
    felt = torch.where(torch.rand(len(batch), 1, 1, generator=random) < 0.5, other_arm(felt), felt)
    turned = rotations(len(batch), random)[:, None] @ felt.unflatten(1, (2, 3))
    gain, offset = GAIN * torch.randn(2, *batch.shape[:2], 1, generator=random)
    return (turned.flatten(1, 2) - mean) / spread * (1 + gain) + offset


def worn_on_the_other_arm(batch: torch.Tensor) -> torch.Tensor:
    """All signals as the other arm would give them."""
    mean, spread = torch.tensor(watch.MEAN)[:, None], torch.tensor(watch.SPREAD)[:, None]
    return (other_arm(batch * spread + mean) - mean) / spread


def other_arm(felt: torch.Tensor) -> torch.Tensor:
    """The mirror image of a movement, [N, 6, steps]: the first axis runs along the forearm.

    Acceleration changes its sign on that axis; rotation, which is an axial vector, on the other two.
    """
    return felt * torch.tensor([-1.0, 1.0, 1.0, 1.0, -1.0, -1.0])[:, None]


def rotations(count: int, random: torch.Generator) -> torch.Tensor:
    """Random small rotations of space, [count, 3, 3]: the exponentials of antisymmetric matrices."""
    matrices = TURN / 2**0.5 * torch.randn(count, 3, 3, generator=random)
    return torch.matrix_exp(matrices - matrices.mT)


AUGMENTATIONS: dict[Augmentation, Augment] = {
    "none": none,
    "flip": flip,
    "crop_flip": crop_flip,
    "crop_flip_erase": crop_flip_erase,
    "wear": wear,
}

MIRRORS: dict[Augmentation, Callable[[torch.Tensor], torch.Tensor]] = {
    "flip": mirrored,
    "crop_flip": mirrored,
    "crop_flip_erase": mirrored,
    "wear": worn_on_the_other_arm,
}
"""The one other view of an input that each augmentation holds, where it has one."""
