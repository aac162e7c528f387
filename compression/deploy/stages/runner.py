"""A stage's file, run on what came: a batch at a time, and straight into the memory of what is sent on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from compression.deploy.stages.message import DTYPES, Array, Expected

MOST_BINDINGS = 256
"""Of memory to the session: each slot of the ring before with each of the one behind, for every batch in it."""
TYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(uint8)": "uint8",
    "tensor(int8)": "int8",
}

Places = Callable[[Sequence[int]], "list[Array] | None"]


def ports(described: Sequence[Any]) -> dict[str, Expected]:
    """What a session takes or gives, by name."""
    return {
        port.name: Expected(np.dtype(DTYPES[TYPES[port.type]]), tuple(port.shape[1:]))
        for port in described
    }


class Runner:
    """The opened file."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.takes = ports(session.get_inputs())
        self.gives = ports(session.get_outputs())
        self._bindings: OrderedDict[tuple[int, ...], Any] = OrderedDict()

    def run(self, tensors: Mapping[str, Array], batch: int, places: Places) -> dict[str, Array]:
        """Outputs by name, for ``batch`` examples at a time. ``places`` gives memory for as many bytes, if it can.

        Where both ends lie in memory that stays, the session is bound to it once and nothing is copied.
        """
        count = len(next(iter(tensors.values())))
        shapes = {name: (count, *port.shape) for name, port in self.gives.items()}
        sizes = [count * port.bytes for port in self.gives.values()]
        found = places(sizes)
        if found is None:
            return self._joined(tensors, count, batch or count)
        outputs = {
            name: place.view(port.dtype).reshape(shapes[name])
            for (name, port), place in zip(self.gives.items(), found, strict=True)
        }
        for start in range(0, count, batch or count):
            rows = slice(start, start + (batch or count))
            self._bound(
                {name: tensors[name][rows] for name in self.takes},
                {name: values[rows] for name, values in outputs.items()},
            )
        return outputs

    def _joined(self, tensors: Mapping[str, Array], count: int, batch: int) -> dict[str, Array]:
        names = list(self.gives)
        made = [
            self.session.run(names, {name: v[start : start + batch] for name, v in tensors.items()})
            for start in range(0, count, batch)
        ]
        whole = (
            made[0]
            if len(made) == 1
            else [np.concatenate(each) for each in zip(*made, strict=True)]
        )
        return dict(zip(names, map(np.asarray, whole), strict=True))

    def _bound(self, given: Mapping[str, Array], made: Mapping[str, Array]) -> None:
        values = (*given.values(), *made.values())
        key = (len(values[0]), *(each.ctypes.data for each in values))
        binding = self._bindings.get(key)
        if binding is None:
            binding = self.session.io_binding()
            for bind, arrays in ((binding.bind_input, given), (binding.bind_output, made)):
                for name, each in arrays.items():
                    bind(name, "cpu", 0, each.dtype.type, each.shape, each.ctypes.data)
            self._bindings[key] = binding
            if len(self._bindings) > MOST_BINDINGS:
                self._bindings.popitem(last=False)
        self.session.run_with_iobinding(binding)
