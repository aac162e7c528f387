"""The table of rank correlations: each network trained alone once, taken up again, refused where it can't be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compression.bundling import trained_alone
from compression.errors import UsageError

STEP = "prune-channels:ratio=0.2|0.8"


def made(folder: Path, networks: int = 2) -> dict[str, object]:
    return trained_alone.table("digits/mlp", [STEP], networks=networks, epochs=1, folder=folder)


def test_it_is_written_network_by_network_and_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trained_alone, "FEWEST", 1)
    table = made(tmp_path)
    file = tmp_path / "digits/mlp.json"
    assert json.loads(file.read_text()) == table
    small, large = sorted(table["networks"], key=lambda row: row["parameters"])
    assert large["synflow"] > small["synflow"] and large["macs"] > small["macs"]
    assert all(0.1 < row["alone_test"] <= 1 for row in (small, large))
    assert table["command"].endswith(f"digits/mlp --networks 2 --epochs 1 --step '{STEP}'")
    monkeypatch.setattr(trained_alone, "_row", lambda *_: pytest.fail("trained twice"))
    assert made(tmp_path) == table


def test_few_networks_and_a_model_that_nothing_is_cut_out_of_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least 12"):
        made(tmp_path, networks=11)
