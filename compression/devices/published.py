"""The model of latency against all published results of microcontrollers: MLPerf Tiny, closed division, v0.5 to v1.3.

`mlperf_tiny_results.csv` has them as the submitters' own logs do (github.com/mlcommons/tiny_results_v0.5 to _v1.3,
Apache-2.0; Banbury et al., 2021, arXiv:2106.07597). Each is compared with what the model says when neither its own
time nor any of its chip's were used to find the model's two constants: the rate is that of the other networks of the
same submission.
"""

from __future__ import annotations

import csv
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from compression.devices.latency import ELEMENT, LAYER, equivalent_macs

FILE = Path(__file__).with_name("mlperf_tiny_results.csv")

NETWORKS: Mapping[str, tuple[int, int, int]] = {
    "ic": (12_501_632, 114_772, 15),
    "kws": (2_656_768, 72_088, 12),
    "vww": (7_489_664, 231_812, 30),
    "ad": (264_192, 1_672, 10),
}
"""ResNet-8, DS-CNN, MobileNetV1 x 0.25 and an autoencoder: multiply-adds, numbers written, layers; a test recounts."""

CHIPS = {
    "STM32L4R5": r"L4R5", "STM32H7A3": r"H7A3", "STM32U575": r"U575", "STM32U585": r"U585", "STM32F746": r"F746",
    "PSoC 62": r"062[-_]4343", "RA6M4": r"RA6M4", "RX65N": r"RX65N", "RA8D1": r"RA8D1", "AndesCore D25": r"d25_",
    "AndesCore D45": r"d45_", "nRF5340": r"NRF5340", "M467": r"M467", "STM32G0B1": r"G0B1", "RH850": r"RH850",
    "STM32U385": r"U385", "STM32U3C5": r"U3C5",
}  # fmt: skip
"""Microcontrollers without an accelerator, by how systems name them. Left out: SiLabs xG24, which has one, kai_jiang's
boards with vector units, FPGAs and phones."""

GRID_ELEMENT = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0)
GRID_LAYER = tuple(1000.0 * count for count in (0, 2, 4, 8, 12, 15, 18, 20, 22, 24, 26, 30, 35))
"""Where the two constants are looked for: finer changes no error by a tenth of a percent."""


@dataclass(frozen=True)
class Result:
    """One published time of an int8 network."""

    round: str
    organisation: str
    system: str
    chip: str
    network: str
    latency_ms: float

    @property
    def submission(self) -> tuple[str, str, str]:
        return self.round, self.organisation, self.system


@dataclass(frozen=True)
class Checked:
    """A published time beside the modelled one."""

    result: Result
    modelled_ms: float

    @property
    def error(self) -> float:
        """Of the modelled time, as a share of the published one."""
        return self.modelled_ms / self.result.latency_ms - 1


@lru_cache(maxsize=1)
def results() -> tuple[Result, ...]:
    """Those of microcontrollers in int8; of submissions with one network alone there is nothing to compare."""
    with FILE.open(newline="", encoding="utf-8") as file:
        read = [result for row in csv.DictReader(file) if (result := _result(row)) is not None]
    count = Counter(result.submission for result in read)
    return tuple(result for result in read if count[result.submission] > 1)


def _result(row: Mapping[str, str]) -> Result | None:
    system = row["system"]
    chip = next((name for name, part in CHIPS.items() if re.search(part, system, re.I)), None)
    left_out = row["division"] != "closed" or row["workload"] not in NETWORKS or "float" in system
    if chip is None or left_out or not row["latency_ms"]:
        return None
    return Result(row["round"], row["org"], system, chip, row["workload"], float(row["latency_ms"]))


def constants(known: Iterable[Result]) -> tuple[float, float]:
    """ELEMENT and LAYER by least absolute deviation of the logarithms, a rate for each submission."""
    groups = _by_submission(known)
    grid = [(element, layer) for element in GRID_ELEMENT for layer in GRID_LAYER]
    return min(grid, key=lambda pair: _deviation(groups, *pair))


@lru_cache(maxsize=1)
def held_out() -> tuple[Checked, ...]:
    """All results, each modelled without its chip and without its own time."""
    checked = []
    for chip in sorted({result.chip for result in results()}):
        pair = constants(result for result in results() if result.chip != chip)
        checked += _checked([result for result in results() if result.chip == chip], pair)
    return tuple(checked)


@lru_cache(maxsize=1)
def in_sample() -> tuple[Checked, ...]:
    """The same with the constants that are used."""
    return tuple(_checked(results(), (ELEMENT, LAYER)))


def errors(checked: Sequence[Checked]) -> tuple[float, float]:
    """The median of the errors' sizes, and the size that nine in ten stay below."""
    sizes = [abs(each.error) for each in checked]
    return statistics.median(sizes), _quantile(sizes, 0.9)


def interval(checked: Sequence[Checked]) -> tuple[float, float]:
    """Between which multiples of the modelled time nine in ten published ones lie."""
    ratios = [each.result.latency_ms / each.modelled_ms for each in checked]
    return _quantile(ratios, 0.05), _quantile(ratios, 0.95)


def _checked(chosen: Sequence[Result], pair: tuple[float, float]) -> list[Checked]:
    checked = []
    for group in _by_submission(chosen):
        for result in group:
            others = [_log_rate(other, *pair) for other in group if other is not result]
            rate = math.exp(statistics.fmean(others))
            checked.append(Checked(result, _work(result, *pair) / rate))
    return checked


def _by_submission(known: Iterable[Result]) -> list[list[Result]]:
    groups: dict[tuple[str, str, str], list[Result]] = {}
    for result in known:
        groups.setdefault(result.submission, []).append(result)
    return list(groups.values())


def _deviation(groups: Sequence[Sequence[Result]], element: float, layer: float) -> float:
    total = 0.0
    for group in groups:
        rates = [_log_rate(result, element, layer) for result in group]
        middle = statistics.fmean(rates)
        total += sum(abs(rate - middle) for rate in rates)
    return total


def _log_rate(result: Result, element: float, layer: float) -> float:
    return math.log(_work(result, element, layer) / result.latency_ms)


def _work(result: Result, element: float, layer: float) -> float:
    return equivalent_macs(*NETWORKS[result.network], element=element, layer=layer)


def _quantile(values: Sequence[float], share: float) -> float:
    """By straight lines between the sorted values."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])
