"""The devices' model of latency against published times, and by hand."""

from __future__ import annotations

import math

import pytest

from compression.devices import device_named, published
from compression.devices.latency import ELEMENT, LAYER, SPREAD, latency_s
from compression.point.work import LayerWork, Work


def conv(
    size: tuple[int, int], kernel: tuple[int, int], before: int, after: int
) -> tuple[int, int]:
    """Multiply-adds and numbers written of a convolution with that output."""
    written = math.prod(size) * after
    return written * math.prod(kernel) * before, written


def separable(size: int, before: int, after: int) -> list[tuple[int, int]]:
    return [conv((size, size), (3, 3), 1, before), conv((size, size), (1, 1), before, after)]


def resnet8() -> list[tuple[int, int]]:
    layers = [conv((32, 32), (3, 3), 3, 16)]
    for size, before, after in ((32, 16, 16), (16, 16, 32), (8, 32, 64)):
        layers.append(conv((size, size), (3, 3), before, after))
        layers.append(conv((size, size), (3, 3), after, after))
        if before != after:
            layers.append(conv((size, size), (1, 1), before, after))
        layers.append((0, size * size * after))
    return [*layers, (0, 64), (640, 10), (0, 10)]


def mobilenet() -> list[tuple[int, int]]:
    layers, size, before = [conv((48, 48), (3, 3), 3, 8)], 48, 8
    strided = (
        (1, 16),
        (2, 32),
        (1, 32),
        (2, 64),
        (1, 64),
        (2, 128),
        *((1, 128),) * 5,
        (2, 256),
        (1, 256),
    )
    for stride, after in strided:
        size //= stride
        layers += separable(size, before, after)
        before = after
    return [*layers, (0, 256), (512, 2), (0, 2)]


def keywords() -> list[tuple[int, int]]:
    block = [conv((25, 5), (3, 3), 1, 64), conv((25, 5), (1, 1), 64, 64)]
    return [conv((25, 5), (10, 4), 1, 64), *block * 4, (0, 64), (768, 12), (0, 12)]


def autoencoder() -> list[tuple[int, int]]:
    widths = [640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640]
    return [(a * b, b) for a, b in zip(widths, widths[1:], strict=False)]


@pytest.mark.parametrize(
    ("network", "layers"),
    [("ic", resnet8()), ("vww", mobilenet()), ("kws", keywords()), ("ad", autoencoder())],
)
def test_the_published_networks_are_counted_layer_by_layer(
    network: str, layers: list[tuple[int, int]]
) -> None:
    macs, written = (sum(column) for column in zip(*layers, strict=True))
    assert published.NETWORKS[network] == (macs, written, len(layers))


def test_held_out_chips_are_modelled_within_15_percent_and_nine_in_ten_within_50() -> None:
    checked = published.held_out()
    median, nine_in_ten = published.errors(checked)
    assert len(checked) > 200 and len({each.result.chip for each in checked}) >= 14
    assert median <= 0.15 and nine_in_ten <= 0.5


def test_the_constants_are_those_of_the_published_results() -> None:
    assert published.constants(published.results()) == (ELEMENT, LAYER)


def test_the_interval_is_that_of_held_out_chips() -> None:
    low, high = published.interval(published.held_out())
    assert SPREAD["microcontroller", "measured"] == pytest.approx((low, high), abs=0.02)


def test_a_microcontrollers_time_is_its_work_over_its_rate() -> None:
    device = device_named("stm32l4r5")
    work = Work(
        True, 100, 50, 5, (LayerWork("Gemm", 50, 10, 5, 55), LayerWork("Gemm", 10, 5, 2, 12))
    )
    cycles = 60 + ELEMENT * 7 + LAYER * 2
    modelled = latency_s(work, device, "int8")
    assert modelled.value == pytest.approx(cycles / device.rates["int8"].value)
    assert modelled.low < modelled.value < modelled.high


def test_an_accelerator_waits_for_its_memory_and_for_each_layer() -> None:
    device = device_named("coral-usb")
    assert device.layer_s and device.bandwidth_bytes_per_s
    work = Work(True, 0, 32_000_000, 0, (LayerWork("Gemm", 1000, 0, 0, 32_000_000),) * 2)
    expected = 32e6 / device.bandwidth_bytes_per_s.value + 2 * device.layer_s.value
    assert latency_s(work, device, "int8").value == pytest.approx(expected)
