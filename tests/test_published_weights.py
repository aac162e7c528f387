"""Weights that others have published are found, and compute on our pixels what they did on theirs."""

from pathlib import Path

import pytest
import torch
from torch import nn

from tests.benchmarks.published.weights import FILE, PATH, WIDTHS, of_our_pixels, weights_file


def test_the_file_is_found_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "saved_models" / FILE
    file.parent.mkdir()
    file.write_bytes(b"")
    monkeypatch.setenv(PATH, str(tmp_path))
    assert weights_file() == file
    monkeypatch.setenv(PATH, str(file))
    assert weights_file() == file


def test_nothing_is_looked_for_where_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PATH, raising=False)
    assert weights_file() is None


def test_answers_are_the_same_for_pixels_as_we_normalise_them() -> None:
    theirs = nn.Sequential(
        nn.Flatten(), nn.Linear(*WIDTHS[:2]), nn.ReLU(), nn.Linear(*WIDTHS[1:3]), nn.ReLU(), nn.Linear(*WIDTHS[2:])
    )  # fmt: skip
    names = {"1": "ip1", "3": "ip2", "5": "ip3"}
    state = {
        f"{names[key[0]]}{key[1:]}": value.clone() for key, value in theirs.state_dict().items()
    }
    pixels = torch.rand(8, 1, 28, 28)
    ours = of_our_pixels(state)((pixels - 0.2860) / 0.3530)
    torch.testing.assert_close(ours, theirs((pixels - 0.5) / 0.5), rtol=1e-4, atol=1e-5)
