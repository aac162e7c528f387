"""The knob of those that look at unlabelled training images, which the recipe's seed draws, or at none. Torch-free."""

from __future__ import annotations

from typing import Any

from compression.techniques.step import Step, knob

IMAGES, MOST = 512, 4096
"""How many are looked at unless more are asked for, and how many can be."""


def images_knob(more_help: str = "") -> Any:
    """How many images a step looks at."""
    words = (
        f"Unlabelled training images that are looked at, as the seed draws them{more_help}; several times as many "
        "where a wide dense layer sees each only once. 0: no image, but random noise in the range that inputs have, "
        "and about as smooth."
    )
    return knob(IMAGES, label="Calibration images", more=True, low=0, high=MOST, step=1, help=words)


def images_of(step: Step) -> int:
    """How many training images a step is given to choose from: none where it is to look at none."""
    return MOST if getattr(step, "images", MOST) else 0


def unseen(images: int) -> list[str]:
    """What a step's words say of it where no image is looked at."""
    return [] if images else ["no image seen"]


def require_images(images: int, *looking: str) -> None:
    """ValueError where no image is to be looked at and one of these choices does so, as in ``score=taylor``."""
    if looking and not images:
        raise ValueError(
            f"{looking[0]} looks at training images, and images=0 at none: choose images from 1, or another "
            f"{looking[0].partition('=')[0]}"
        )
