"""What a smaller model buys, checked by hand: two dense layers of which one has a quarter of the work."""

from __future__ import annotations

import pytest

from compression.advantages import Fleet, Making, advantages, payback, yearly
from compression.devices import Device, catalogue, device_named
from compression.devices.footprint import country_named
from compression.devices.latency import equivalent_macs
from compression.errors import UsageError
from compression.point import Point
from compression.point.work import LayerWork, Work, as_text
from tests.measured import a_measured

DEVICE = device_named("stm32l4r5")
WIDE, NARROW = (
    Work(
        False, 784 + wide, 784 * wide, wide, (LayerWork("Gemm", 784 * wide, 784, wide, 785 * wide),)
    )
    for wide in (128, 32)
)
TITLES = [
    "Speed", "Memory", "Energy", "On the device", "Cost", "Scale", "Accessibility", "Privacy", "Real time",
    "Flexibility", "Sustainability",
]  # fmt: skip


def a_point(work: Work, *steps: str, **figures: float) -> Point:
    usual = {
        "size_bytes": 100e3,
        "latency_ms": 2.0,
        "energy_mj": 10.0,
        "memory_bytes": 100e3,
        "speedup": 1.0,
    }
    measured = a_measured(*steps, model="fashion-mnist/mlp", accuracy=0.9, **{**usual, **figures})
    return measured.model_copy(update={"work": as_text(work), "graph": f"{work.macs}"})


ORIGINAL = a_point(WIDE)
SMALLER = a_point(
    NARROW, "prune-channels", size_bytes=25e3, memory_bytes=30e3, speedup=3.0, make_s=4.0
)
ZEROS = a_point(WIDE, "prune", size_bytes=40e3)


def told(point: Point, fleet: Fleet | None = None) -> dict[str, tuple[str, str]]:
    fleet = fleet or Fleet(DEVICE, country=country_named("USA"))
    found = advantages(point, ORIGINAL, list(catalogue().values()), fleet)
    assert [each.title for each in found] == TITLES
    return {each.title: (each.gain, each.figure) for each in found}


def modelled_s(work: Work, device: Device = DEVICE) -> float:
    worth = equivalent_macs(work.macs, work.output_elements, len(work.layers))
    return worth / device.rates["float32"].value


def test_each_advantage_is_a_figure_of_its_own() -> None:
    found = told(SMALLER)
    assert found["Speed"] == ("gain", "3x as fast")
    assert found["Memory"] == ("gain", "30 kB instead of 100 kB")
    assert found["Scale"] == ("gain", "an update sends 25 MB instead of 100 MB")
    flash = int(DEVICE.flash_bytes.value)
    assert found["Flexibility"][1].startswith(f"{flash // (4 * 785 * 32)} such models side by side")
    assert found["Energy"][0] == found["Cost"][0] == found["Sustainability"][0] == "gain"


def test_zeros_alone_buy_bytes_and_nothing_else() -> None:
    gains = {title for title, (gain, _) in told(ZEROS).items() if gain == "gain"}
    assert gains == {"Scale"}
    assert "loss" not in {gain for gain, _ in told(ZEROS).values()}


def test_a_deadline_between_the_two_keeps_the_input_on_the_device() -> None:
    between = 1000 * (modelled_s(WIDE) + modelled_s(NARROW)) / 2
    found = told(SMALLER, Fleet(DEVICE, deadline_ms=between))
    assert found["Privacy"][0] == "gain" and found["Privacy"][1].startswith("nothing leaves")
    assert found["Real time"][0] == "gain"
    assert told(SMALLER, Fleet(DEVICE, deadline_ms=1e6))["Privacy"] == (
        "none",
        "nothing leaves the device",
    )


def test_a_year_of_the_fleet_is_its_answers_times_one() -> None:
    fleet = Fleet(DEVICE, count=10, per_day=100, country=country_named("FRA"), price_per_kwh=0.3)
    year = yearly(SMALLER, fleet)
    kwh = 365 * 10 * 100 * modelled_s(NARROW) * DEVICE.active_w.value / 3.6e6
    assert year is not None and year.kwh.value == pytest.approx(kwh)
    assert year.cost_usd.value == pytest.approx(0.3 * kwh)
    assert year.carbon_kg.value == pytest.approx(kwh * fleet.country.g_per_kwh / 1000)
    assert year.busy.value == pytest.approx(100 * modelled_s(NARROW) / 86_400)


def test_making_pays_back_after_what_was_spent_over_what_each_answer_saves() -> None:
    fleet = Fleet(DEVICE)
    saved = (modelled_s(WIDE) - modelled_s(NARROW)) * DEVICE.active_w.value
    back = payback(SMALLER, ORIGINAL, fleet)
    assert back.made_j == pytest.approx(4.0 * 10.0 / 2.0)
    assert back.after == pytest.approx(20.0 / saved) and back.said.startswith("**After ")


def test_what_saves_no_energy_never_pays_back_and_what_nobody_timed_is_not_known() -> None:
    assert payback(ZEROS, ORIGINAL, Fleet(DEVICE)).said.startswith("**Never:** ")
    untimed = a_point(NARROW, "prune-channels")
    assert payback(untimed, ORIGINAL, Fleet(DEVICE)).said.startswith("**Not known** ")
    told_later = payback(untimed, ORIGINAL, Fleet(DEVICE), making=Making(4.0, "timed now"))
    assert told_later.after == payback(SMALLER, ORIGINAL, Fleet(DEVICE)).after


def test_of_what_is_cut_for_several_devices_little_is_known_and_nothing_claimed() -> None:
    cut = a_point(WIDE, "slice:stages=2", link_bytes=3680.0).model_copy(update={"work": ""})
    found = told(cut)
    assert found["Energy"][0] == found["On the device"][0] == found["Privacy"][0] == "unknown"
    assert found["Privacy"][1] == "3.68 kB of each input leave its device"


@pytest.mark.parametrize("wrong", [{"count": 0}, {"per_day": -1}, {"deadline_ms": float("nan")}])
def test_a_fleet_of_nothing_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=r"can't be: give a number above 0"):
        Fleet(DEVICE, **wrong)


def test_an_original_of_another_model_is_refused() -> None:
    other = a_measured(model="digits/mlp", size_bytes=1.0)
    with pytest.raises(UsageError, match="that of its own model"):
        advantages(SMALLER, other, [DEVICE], Fleet(DEVICE))
