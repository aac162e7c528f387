"""Energy is counted where a counter can be read, else power times latency; power and its source come from a table."""

from pathlib import Path

import pytest

from compression.errors import UsageError
from compression.measure import energy
from compression.measure.energy import Counter, energy_counters, measure_energy
from compression.measure.power import power_of_this_machine
from compression.point import Measurement

LATENCY = Measurement(value=2.0, unit="ms", how="measured", low=1.5, high=3.0, n=100)


def powercap(folder: Path, zone: str = "intel-rapl:0", microjoules: int = 0) -> Path:
    """A fake powercap zone; gives the counter's file."""
    (folder / zone).mkdir(parents=True)
    (folder / zone / "max_energy_range_uj").write_text("262143328850\n")
    file = folder / zone / "energy_uj"
    file.write_text(f"{microjoules}\n")
    return file


def test_a_counter_is_read_over_repeated_runs(tmp_path):
    file = powercap(tmp_path)

    def run() -> None:  # one inference of 500 microjoules
        file.write_text(f"{int(file.read_text()) + 500}\n")

    energy = measure_energy(LATENCY, run, counters=energy_counters(tmp_path), seconds=0.03)
    assert energy.value == pytest.approx(0.5)
    assert (energy.how, energy.unit) == ("measured", "mJ")
    assert energy.n > 1
    assert "RAPL" in energy.note


class Clock:
    """Stands for the module `time` in the file under test; it goes on by what sleeps and runs."""

    now = 100.0

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class BusyPackage:
    """A package that takes 10 W of its own, and 500 microjoules more for each inference of 2 ms."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.inferences = clock, 0

    def infer(self) -> None:
        self.clock.now += 0.002
        self.inferences += 1

    def read(self) -> int:
        return round(10e6 * self.clock.now) + 500 * self.inferences

    def since(self, start: int) -> int:
        return self.read() - start


def test_what_the_idle_machine_takes_is_not_the_inferences(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(energy, "time", clock)
    package = BusyPackage(clock)
    measured = measure_energy(LATENCY, package.infer, counters=[package], seconds=0.03)
    assert measured.value == measured.low == pytest.approx(0.5)
    assert measured.high == pytest.approx(0.5 + 10 * 2)
    assert "less 10 W when idle" in measured.note


def test_packages_are_added_and_their_parts_are_not(tmp_path):
    files = [
        powercap(tmp_path, zone) for zone in ("intel-rapl:0", "intel-rapl:1", "intel-rapl:0:0")
    ]

    def run() -> None:
        for file in files:
            file.write_text(f"{int(file.read_text()) + 1000}\n")

    energy = measure_energy(LATENCY, run, counters=energy_counters(tmp_path), seconds=0.03)
    assert energy.value == pytest.approx(2.0)


def test_a_counter_that_wraps_goes_on(tmp_path):
    file = powercap(tmp_path, microjoules=4)
    assert Counter(file, limit=9).since(8) == 6


def test_a_counter_that_may_not_be_read_is_none(tmp_path):
    powercap(tmp_path).unlink()
    assert energy_counters(tmp_path) == ()
    assert energy_counters(tmp_path / "nowhere") == ()


def test_without_a_counter_it_is_power_times_latency(monkeypatch):
    monkeypatch.setenv("COMPACT_WATTS", "5")
    energy = measure_energy(LATENCY, lambda: None, counters=())
    assert (energy.value, energy.low, energy.high) == (10.0, 7.5, 15.0)
    assert energy.how == "modelled"
    assert energy.note == "5 W (set in COMPACT_WATTS) x latency"


def test_a_latency_that_was_not_measured_gives_no_energy():
    energy = measure_energy(Measurement(value=None, unit="ms", how="measured"), counters=())
    assert energy.value is None


@pytest.mark.parametrize("text", ["much", "0", "-3", "nan", "inf", "1e9"])
def test_nonsense_watts_are_refused_in_one_sentence(text):
    with pytest.raises(UsageError, match="is no number of watts: give what one busy core takes"):
        power_of_this_machine("any", {"COMPACT_WATTS": text})


@pytest.mark.parametrize(
    ("processor", "watts"),
    [
        ("AMD EPYC 7B13", 280 / 64),
        ("AMD EPYC 9554 64-Core Processor", 360 / 64),
        ("Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz", 270 / 40),
        ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 120 / 14),
        ("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", 28 / 4),
        ("Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", 15 / 4),
        ("Intel(R) Core(TM) i7-10700 CPU @ 2.90GHz", 65 / 8),
        ("AMD Ryzen 7 5800X 8-Core Processor", 105 / 8),
        ("Apple M2 Pro", 39 / 8),
    ],
)
def test_a_processor_takes_its_familys_share(processor, watts):
    power = power_of_this_machine(processor, {})
    assert power.watts == pytest.approx(watts, abs=0.01)
    assert power.source.startswith("assumed: like ")


def test_an_unknown_processor_takes_a_stated_default():
    power = power_of_this_machine("Quantum 9000", {})
    assert power.watts == 5
    assert power.source == "assumed: 5 W a core, since Quantum 9000 is in no table"
