"""Mixed precision is for processors that have it in hardware."""

from __future__ import annotations

import pytest
import torch

from compression.training.processor import has_bfloat16


@pytest.mark.parametrize(("avx", "amx"), [(False, False), (True, False), (False, True)])
def test_an_x86_that_only_emulates_bfloat16_has_none(monkeypatch, avx: bool, amx: bool) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
    assert has_bfloat16() is (avx or amx)
