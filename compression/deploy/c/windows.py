"""Where a kernel or a pool stands on what it reads: sizes, strides, padding, as the C program has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import onnx


@dataclass(frozen=True)
class Window:
    """Of a picture or of a sequence, which is a picture of one row."""

    space: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[int, ...]

    @classmethod
    def of(cls, node: onnx.NodeProto, space: Sequence[int], kernel: Sequence[int]) -> Window:
        given, plain = attributes(node), [1] * len(kernel)
        return cls(
            tuple(space),
            tuple(kernel),
            tuple(given.get("strides", plain)),
            tuple(given.get("dilations", plain)),
            tuple(given.get("pads", [0] * 2 * len(kernel))),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Of what comes out."""
        return tuple(
            (size + self.pads[i] + self.pads[i + len(self.kernel)] - self.dilations[i] * (self.kernel[i] - 1) - 1)
            // self.strides[i]
            + 1
            for i, size in enumerate(self.space)
        )  # fmt: skip

    def plan(self, read: int, out: int, groups: int = 1, relu: bool = False) -> str:
        """The C structure of it, for a text in which braces are doubled."""
        before = self.pads[: len(self.kernel)]
        numbers = (
            read, *_square(self.space), out, *_square(self.sizes), *_square(self.kernel),
            *_square(self.strides), *_square(self.dilations), *_square(before, 0), groups, int(relu),
        )  # fmt: skip
        return f"&(const Conv){{{{{', '.join(map(str, numbers))}}}}}"


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}


def _square(sizes: Sequence[int], missing: int = 1) -> tuple[int, int]:
    return (missing, int(sizes[0])) if len(sizes) == 1 else (int(sizes[0]), int(sizes[1]))
