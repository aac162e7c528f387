"""What this processor does while a model trains."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread within: sums in one order, so that equal seeds give equal weights, whatever the machine is set to."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; emulated, it takes two and a half times as long as fp32.

    Of x86 oneDNN says yes wherever there is AVX-512, which emulates it.
    """
    if not torch.backends.mkldnn.is_available():
        return False
    if platform.machine() in ("x86_64", "AMD64"):
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
