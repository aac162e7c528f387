"""The catalogue of devices, and files that can't be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from compression.devices import catalogue, device_named
from compression.devices.catalogue import own_folder, wrong_files
from compression.errors import UsageError

GOOD = """
title = "My board"
kind = "microcontroller"
core = "Cortex-M4F"
flash_bytes = { value = 524288, source = "its datasheet", year = 2024 }
ram_bytes = { value = 131072, source = "its datasheet", year = 2024 }
clock_hz = { value = 80000000, source = "its datasheet", year = 2024 }
active_w = { value = 0.02, source = "measured", year = 2025 }
idle_w = { value = 0.00001, source = "measured", year = 2025 }
[rates]
int8 = { value = 5e7, basis = "measured", source = "measured", year = 2025 }
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of devices, in a home of its own."""
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    own_folder().mkdir()
    return own_folder()


def test_there_are_targets_from_cortex_m0_to_a_server() -> None:
    devices = catalogue()
    assert len(devices) >= 14
    rates = [max(rate.value for rate in device.rates.values()) for device in devices.values()]
    assert rates == sorted(rates) and rates[-1] > 1e6 * rates[0]


def test_a_measured_rate_says_where_it_was_published() -> None:
    measured = [
        rate
        for device in catalogue().values()
        for rate in device.rates.values()
        if rate.basis == "measured"
    ]
    assert len(measured) >= 10 and all("MLPerf Tiny" in rate.source for rate in measured)


def test_a_file_of_the_users_own_is_a_device(mine: Path) -> None:
    (mine / "my-board.toml").write_text(GOOD)
    assert device_named("my-board").own and "my-board" in catalogue()


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("active_w = { value = 0.02", "active_w = { value = 0", "active_w = 0 watts can't be"),
        ("active_w = { value = 0.02, source = \"measured\", year = 2025 }", "", "active_w is missing"),
        ("value = 131072", "value = 131072000000000000", "ram_bytes .* can't be"),
        ("value = 5e7", "value = 5", "rates.int8 = 5 .* can't be"),
        ("int8 =", "int3 =", "rates.int3 is no number format"),
        ("kind = \"microcontroller\"", "kind = \"toaster\"", "kind = toaster can't be"),
        ("kind = \"microcontroller\"", "kind = \"accelerator\"", "needs layer_s"),
        ("source = \"its datasheet\", year = 2024 }\nram", "year = 2024 }\nram", "flash_bytes.source is missing"),
        ("value = 0.00001", "value = 3", "idle_w is more than active_w"),
        ("[rates]", "[rates", "can't be used"),
        ("core =", "colour = \"red\"\ncore =", "colour is not known"),
        ("value = 80000000", "value = \"fast\"", "clock_hz.value = fast can't be"),
        ("value = 80000000", "value = inf", "clock_hz.value = inf can't be"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_one_sentence(mine: Path, was: str, now: str, said: str) -> None:
    assert was in GOOD
    (mine / "bad.toml").write_text(GOOD.replace(was, now, 1))
    with pytest.raises(UsageError, match=said) as error:
        device_named("bad")
    assert str(error.value).startswith(
        "The device file bad.toml can't be used"
    ) and "\n" not in str(error.value)
    assert wrong_files() == (str(error.value),) and "bad" not in catalogue()


def test_a_file_that_takes_the_name_of_ours_is_refused(mine: Path) -> None:
    (mine / "stm32l4r5.toml").write_text(GOOD)
    assert "is one of ours" in wrong_files()[0] and not device_named("stm32l4r5").own


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="did you mean stm32l4r5"):
        device_named("stm32l4r6")
