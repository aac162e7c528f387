"""How a tensor's codes are laid out: all, or a mask of the zeros and the survivors; packed or entropy-coded.

Every tensor gets the smallest; a more complicated one must save 2 %. Lists of the gaps between survivors are not
among the choices: an entropy-coded mask takes no more than the entropy of independent zeros, which bounds them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from compression.encoding import codes as lists
from compression.encoding.bits import Codes
from compression.encoding.reader import Reader


@dataclass(frozen=True)
class Layout:
    """Whether zeros are left out and a mask says where, and which of the two lists are entropy-coded."""

    masked: bool = False
    mask_coded: bool = False
    values_coded: bool = False


LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        "dense": Layout(),
        "entropy": Layout(values_coded=True),
        "bitmask": Layout(masked=True),
        "coded bitmask": Layout(masked=True, mask_coded=True),
        "bitmask + entropy": Layout(masked=True, values_coded=True),
        "coded bitmask + entropy": Layout(masked=True, mask_coded=True, values_coded=True),
    }
)
"""By the name that the layer table shows."""

_NAMES = {layout: name for name, layout in LAYOUTS.items()}


def write(
    codes: Codes, levels: int, *, kept: NDArray[np.bool_], must_mask: bool = False
) -> tuple[str, bytes]:
    """The smallest layout's name and its bytes, for codes [n] of which those not ``kept`` stand for zero.

    ``must_mask`` is for formats that have no code for zero.
    """
    whole = lists.plan(codes, levels)
    if not must_mask and bool(kept.all()):
        return _write_whole(codes, levels, whole)
    mask = (~kept).astype(np.uint16)
    mask_plan, survivors = lists.plan(mask, 2), codes[kept]
    survivors_plan = lists.plan(survivors, levels)
    masked_bytes = mask_plan.bytes + survivors_plan.bytes
    if not must_mask and masked_bytes > lists.WORTH * whole.bytes:
        return _write_whole(codes, levels, whole)
    mask_bytes, mask_coded = lists.write(mask, 2, mask_plan)
    value_bytes, values_coded = lists.write(survivors, levels, survivors_plan)
    return _NAMES[Layout(True, mask_coded, values_coded)], mask_bytes + value_bytes


def read(
    reader: Reader, name: str, levels: int, count: int
) -> tuple[Codes, NDArray[np.bool_] | None]:
    """The codes that ``write`` wrote, and which are kept if there is a mask (the others' codes are 0)."""
    layout = LAYOUTS[name]
    if not layout.masked:
        return lists.read(reader, levels, count, coded=layout.values_coded), None
    kept = lists.read(reader, 2, count, coded=layout.mask_coded) == 0
    survivors = lists.read(reader, levels, int(kept.sum()), coded=layout.values_coded)
    values = np.zeros(count, dtype=survivors.dtype)
    values[kept] = survivors
    return values, kept


def _write_whole(codes: Codes, levels: int, plan: lists.Plan) -> tuple[str, bytes]:
    data, coded = lists.write(codes, levels, plan)
    return _NAMES[Layout(values_coded=coded)], data
