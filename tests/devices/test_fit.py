"""Whether a model fits a device, checked by hand."""

from __future__ import annotations

import pytest
from torch import nn

from compression.deploy.onnx import export_onnx
from compression.devices import Wishes, device_named, fit, on_device, scales, seen_on
from compression.devices.bound import lower_bound_j
from compression.devices.energy import battery_days
from compression.devices.footprint import carbon_g, cost_usd, country_named, pays_back_after
from compression.devices.latency import Modelled
from compression.errors import UsageError
from compression.measure.graph import read_graph
from compression.measure.work import work_of
from compression.point import Point
from compression.point.pareto import ON_FRONT, standings
from compression.point.work import LayerWork, Work, as_text, work_in
from tests.measured import a_measured

DENSE = Work(False, 784 + 128, 784 * 128, 128, (LayerWork("Gemm", 784 * 128, 784, 128, 100_480),))
INT8 = Work(True, 784 + 128, 784 * 128, 128, DENSE.layers)


def a_point(work: Work, *steps: str, graph: str = "") -> Point:
    measured = a_measured(*steps, accuracy=0.9, size_bytes=1000.0, latency_ms=1.0, speedup=1.0)
    return measured.model_copy(update={"work": as_text(work), "graph": graph})


def test_a_linear_layers_work_is_counted_by_hand() -> None:
    work = work_of(read_graph(export_onnx(nn.Sequential(nn.Linear(10, 5), nn.ReLU()), (10,))))
    assert work.layers == (LayerWork("Gemm", 50, 10, 5, 55),)
    assert (work.weights, work.others, work.peak_elements) == (50, 5, 15)
    assert work.weight_bytes("int8") == 70 and work.weight_bytes("float16") == 110
    assert work_in(as_text(work)) == work


@pytest.mark.parametrize(
    "text", ["1", "2;1;1;1", "0;1;1;1|Gemm,1,2", "0;1;1;-1", "0;1;1;1|,1,2,3,4"]
)
def test_a_text_that_is_no_work_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        work_in(text)


def test_flash_and_ram_are_those_of_the_format_that_the_device_computes_in() -> None:
    device = device_named("stm32l4r5")
    floats, ints = (fit(a_point(work), device) for work in (DENSE, INT8))
    assert {limit.name: limit.needed for limit in floats.limits} == {
        "flash": 4 * (784 * 128 + 128),
        "RAM": 4 * (784 + 128),
    }
    assert {limit.name: limit.needed for limit in ints.limits} == {
        "flash": 784 * 128 + 4 * 128,
        "RAM": 784 + 128,
    }
    assert (floats.number_format, ints.number_format) == ("float32", "int8")


def test_the_limit_that_binds_comes_first_and_names_the_amount() -> None:
    device = device_named("stm32g0b1")
    large = Work(True, 300_000, 900_000, 0, DENSE.layers)
    found = fit(a_point(large), device, Wishes(deadline_ms=1000))
    assert not found.fits
    assert [limit.name for limit in found.limits] == ["RAM", "flash", "time"]
    assert found.sentence() == (
        "Doesn't fit: RAM 300 kB of 147 kB, 2.0 times too much; flash 900 kB of 524 kB, 1.7 times too much."
    )


def test_a_deadline_inside_the_interval_is_not_certain() -> None:
    device = device_named("stm32l4r5")
    plain = fit(a_point(INT8), device)
    assert plain.latency
    near = fit(a_point(INT8), device, Wishes(deadline_ms=1000 * plain.latency.value * 1.1))
    time = next(limit for limit in near.limits if limit.name == "time")
    assert time.kept and not time.sure and "(not certain)" in time.said()


def test_a_device_without_floats_says_what_to_do() -> None:
    found = fit(a_point(DENSE), device_named("syntiant-ndp120"))
    assert not found.fits and found.known and "round the activations to 8 bits" in found.sentence()


def test_a_device_without_int8_runs_an_int8_model_in_floats() -> None:
    assert fit(a_point(INT8), device_named("jetson-nano")).number_format == "float32"


def test_a_point_that_does_not_tell_its_work_takes_that_of_its_graph() -> None:
    quiet = a_point(DENSE, graph="g").model_copy(update={"work": ""})
    device = device_named("stm32l4r5")
    assert not fit(quiet, device).known
    assert fit(quiet, device, works={"g": as_text(DENSE)}).fits


@pytest.mark.parametrize("name", ["deadline_ms", "energy_mj", "days", "per_day", "battery_wh"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan")])
def test_a_wish_that_is_no_number_above_0_is_refused(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=name):
        Wishes(**{name: value})


def test_a_battery_lasts_as_long_as_idling_and_answers_let_it() -> None:
    device = device_named("stm32l4r5")
    days = battery_days(Modelled(0.1, 0.1, 0.1), device, per_day=1000, battery_wh=1.0)
    joules = 100 * device.active_w.value + (86_400 - 100) * device.idle_w.value
    assert days and days.value == pytest.approx(3600 / joules)
    assert battery_days(Modelled(1, 1, 1), device_named("raspberry-pi-4"), 1000) is None


def test_times_of_this_machine_give_way_to_the_devices() -> None:
    original, other = a_point(DENSE), a_point(INT8, "quantize:bits=8,activations=8")
    device = device_named("stm32l4r5")
    seen = on_device(other, device, original)
    latency = seen.measurements["latency_ms"]
    assert latency.how == "modelled" and latency.low and latency.high
    assert latency.low < (latency.value or 0) < latency.high
    watts, energy = device.active_w.value, seen.value("energy_mj")
    assert energy == pytest.approx(watts * (latency.value or 0))
    before = on_device(original, device, original)
    assert before.value("speedup") == 1 and (seen.value("speedup") or 0) > 2
    assert seen.value("accuracy") == 0.9


def test_what_can_not_be_modelled_has_no_time_at_all() -> None:
    seen = on_device(a_point(DENSE), device_named("gap9"))
    assert "latency_ms" not in seen.measurements and "speedup" not in seen.measurements


def test_modelled_times_have_an_order_that_a_front_can_use() -> None:
    original, other = a_point(DENSE), a_point(INT8, "quantize:bits=8,activations=8")
    seen = seen_on(device_named("stm32l4r5"), [original, other], original)
    assert standings(seen, "latency_ms")[1] == ON_FRONT


def test_one_measured_time_scales_a_device_and_is_named(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    plain = fit(a_point(INT8), device_named("stm32l4r5"))
    assert plain.latency
    modelled = plain.latency.value
    scales.scale(plain.device, modelled, 3000 * modelled, "a test")
    scaled = device_named("stm32l4r5")
    again = fit(a_point(INT8), scaled)
    assert again.latency and again.latency.value == pytest.approx(3 * modelled)
    note = on_device(a_point(INT8), scaled).measurements["latency_ms"].note
    assert "measured on the board" in note
    with pytest.raises(UsageError, match="in milliseconds"):
        scales.scale(scaled, modelled, 1e6 * modelled, "another unit")
    assert scales.forget(scaled) and device_named("stm32l4r5").scaled is None


def test_the_lower_bound_is_that_of_arithmetic_and_memory() -> None:
    work = Work(True, 0, 0, 0, (LayerWork("Gemm", 1000, 0, 0, 0),))
    assert lower_bound_j(a_point(work), work, "int8") == pytest.approx(1000 * 0.3e-12)
    assert lower_bound_j(a_point(work), work, "float32") == pytest.approx(1000 * 4.6e-12)


def test_carbon_and_costs_of_a_million_answers() -> None:
    joules, seconds = Modelled(3.6, 1.8, 7.2), Modelled(0.01, 0.005, 0.02)
    france = country_named("fra")
    assert (france.name, france.g_per_kwh, france.year) == ("France", 56, 2023)
    assert carbon_g(joules, france).value == pytest.approx(56)
    assert cost_usd(seconds, joules, device_named("stm32l4r5"), 0.3).value == pytest.approx(0.3)
    rent = device_named("server-t4").price_per_hour_usd
    assert rent
    rented = cost_usd(seconds, joules, device_named("server-t4")).value
    assert rented == pytest.approx(1e4 / 3600 * rent.value)
    with pytest.raises(UsageError, match="no country 'ZZZ'"):
        country_named("ZZZ")
    assert pays_back_after(10, Modelled(3, 3, 3), Modelled(1, 1, 1)) == 5
    assert pays_back_after(10, Modelled(1, 1, 1), Modelled(1, 1, 1)) is None
