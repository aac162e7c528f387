"""A session of a program that was made for a single example: a batch is run one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from compression.deploy.runtimes import NamedPort

Array = np.ndarray[Any, np.dtype[np.float32]]


class OneByOne:
    """Behind the interface of ONNX Runtime's sessions: ``call`` maps one example [1, *input_shape] to its logits."""

    def __init__(self, call: Callable[[Array], Array]) -> None:
        self.call = call

    def get_inputs(self) -> Sequence[NamedPort]:
        return [NamedPort("input")]

    def get_outputs(self) -> Sequence[NamedPort]:
        return [NamedPort("logits")]

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]:
        (examples,) = feed.values()
        if len(examples) == 1:
            return [self.call(examples)]
        return [np.concatenate([self.call(example[None]) for example in examples])]
