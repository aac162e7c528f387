"""Results kept in memory by the content they were made from, the oldest unused dropped first."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

from torch import Tensor

Result = TypeVar("Result")


class BoundedCache(Generic[Result]):
    """A table of results that together take at most ``limit_bytes``."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._results: OrderedDict[str, tuple[Result, int]] = OrderedDict()

    @property
    def size_bytes(self) -> int:
        return sum(size for _, size in self._results.values())

    def get(self, key: str) -> Result | None:
        if key not in self._results:
            return None
        self._results.move_to_end(key)
        return self._results[key][0]

    def put(self, key: str, result: Result, size_bytes: int) -> Result:
        """Keep the result, dropping others as needed; hands it back."""
        self._results[key] = result, size_bytes
        while self.size_bytes > self.limit_bytes:
            self._results.popitem(last=False)
        return result

    def forget(self) -> None:
        """Drop everything."""
        self._results.clear()


def content_key(tensors: Iterable[Tensor], *more: object) -> str:
    """A hash of tensors' shapes and values and of whatever else decides a result."""
    digest = hashlib.blake2b(repr(more).encode(), digest_size=16)
    for tensor in tensors:
        digest.update(f"{tuple(tensor.shape)}{tensor.dtype}".encode())
        digest.update(tensor.detach().contiguous().numpy().data)
    return digest.hexdigest()
