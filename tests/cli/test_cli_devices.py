"""The commands ``devices`` and ``fit`` as a program sees them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from compression.__main__ import main

FIT = ("fit", "digits/mlp", "--device", "stm32g0b1", "--json")


def printed(capsys: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, Any]:
    monkeypatch.setattr(sys, "argv", ["compression", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code)), json.loads(capsys.readouterr().out)


def test_devices_have_their_figures_with_source_and_year(capsys: Any, monkeypatch: Any) -> None:
    code, devices = printed(capsys, monkeypatch, "devices", "--json")
    assert code == 0 and len(devices) >= 14
    assert all(device["ram_bytes"]["source"] and device["ram_bytes"]["year"] for device in devices)


def test_what_fits_ends_with_0_and_what_does_not_with_1(capsys: Any, monkeypatch: Any) -> None:
    code, found = printed(capsys, monkeypatch, *FIT)
    assert code == 0 and found["fits"] and found["latency_ms"]["how"] == "modelled"
    code, late = printed(capsys, monkeypatch, *FIT, "--fps", "1e6")
    assert code == 1 and not late["fits"] and late["limits"][0]["name"] == "time"


def test_a_question_that_can_not_be_is_one_sentence(capsys: Any, monkeypatch: Any) -> None:
    code, told = printed(capsys, monkeypatch, *FIT, "--fps", "0")
    assert code == 2 and "--fps 0 can't be" in told["error"]
    code, told = printed(capsys, monkeypatch, "fit", "digits/mlp", "--device", "abacus", "--json")
    assert code == 2 and "no device 'abacus'" in told["error"]


def test_a_measured_time_scales_a_device_until_it_is_forgotten(
    capsys: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    _, plain = printed(capsys, monkeypatch, *FIT)
    double = 2 * plain["latency_ms"]["value"]
    _, scaled = printed(capsys, monkeypatch, *FIT, "--measured-ms", str(double))
    assert scaled["latency_ms"]["value"] == pytest.approx(double) and scaled["scaled"]["source"]
    printed(capsys, monkeypatch, "devices", "--forget", "stm32g0b1", "--json")
    _, again = printed(capsys, monkeypatch, *FIT)
    assert again["scaled"] is None
    code, told = printed(capsys, monkeypatch, "devices", "--forget", "stm32g0b1", "--json")
    assert code == 2 and "nothing to forget" in told["error"]


def test_times_measured_elsewhere_are_taken_from_a_csv(
    capsys: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    row = "stm32l4r5,digits/mlp,quantize:bits=4,12.3,our farm"
    (tmp_path / "times.csv").write_text(f"device,model,steps,latency_ms,source\n{row}\n")
    take = ("devices", "--import", str(tmp_path / "times.csv"), "--json")
    code, devices = printed(capsys, monkeypatch, *take)
    (device,) = [each for each in devices if each["elsewhere"]]
    assert code == 0 and device["id"] == "stm32l4r5"
    assert list(device["elsewhere"].values()) == [[12.3, "our farm"]]
