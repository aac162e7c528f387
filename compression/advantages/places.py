"""Advantages of having more devices to choose from: how many, how cheap, how many models on one, what leaves it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from compression.advantages.advantage import (
    Advantage,
    Gain,
    higher_is_gain,
    lower_is_gain,
    not_known,
)
from compression.advantages.case import Case
from compression.devices import Fit
from compression.devices.fit import duration
from compression.models.catalogue import model_card
from compression.point import METRICS, Point

ON_LINKS = (
    "Activations go to the next device; whether they tell less than the input, nobody measured."
)
EXACT = "flash and RAM by liveness, exact; the runtime's code isn't counted"


def on_device(case: Case) -> Advantage:
    return _counted("on-device", "On the device", "fits on", case.rooms, EXACT)


def real_time(case: Case) -> Advantage:
    within = duration(case.fleet.deadline_ms / 1000)
    source = f"each device's modelled time for one answer; {EXACT}"
    return _counted("real-time", "Real time", f"answers within {within} on", case.in_time, source)


def accessibility(case: Case) -> Advantage:
    """What one must spend to run it at all, of the devices that are sold by the piece."""
    after, before = (_cheapest(fits) for fits in case.rooms)
    name, title = "accessibility", "Accessibility"
    if not any(found.known for found in case.rooms[0]):
        return not_known(name, title, case.why_unknown)
    if after is None:
        return Advantage(
            name,
            title,
            "loss" if before else "none",
            "no board here that is sold by the piece",
            EXACT,
        )
    figure = f"runs on a board of {after[0]:.3g} $"
    if before is None:
        return Advantage(name, title, "gain", f"{figure}, the original on none", after[1])
    gain = lower_is_gain(after[0], before[0])
    other = "" if gain == "none" else f" instead of {before[0]:.3g} $"
    return Advantage(name, title, gain, f"{figure}{other}", after[1])


def flexibility(case: Case) -> Advantage:
    """Room for several models is room for another task, or for the next version beside this one."""
    if case.why_unknown:
        return not_known("flexibility", "Flexibility", case.why_unknown)
    after, before = (_side_by_side(found) for found in case.there)
    gain = higher_is_gain(after, before)
    several = f"{after:,} such model{'' if after == 1 else 's'} side by side on {case.place}"
    figure = several if gain == "none" else f"{several} instead of {before:,}"
    return Advantage(
        "flexibility", "Flexibility", gain, figure, f"its flash over the weights in the device's format; {EXACT}"
    )  # fmt: skip


def privacy(case: Case) -> Advantage:
    """What would have to be sent elsewhere, because the fleet's device can't answer itself or in time."""
    name, title = "privacy", "Privacy"
    sent = case.point.value("link_bytes")
    if sent:
        figure = f"{METRICS['link_bytes'].text(sent)} of each input leave its device"
        source = "counted on the links between its stages"
        return Advantage(name, title, "unknown", figure, source, ON_LINKS)
    if case.why_unknown:
        return not_known(name, title, case.why_unknown)
    after, before = (found.fits for found in case.there)
    numbers = math.prod(model_card(case.point.recipe.model).data.input_shape)
    stays, leaves = (
        "nothing leaves the device",
        f"all {numbers:,} numbers of each input leave the device",
    )
    source = f"whether {case.place} has room for it and answers in time"
    gain: Gain = "none" if after == before else "gain" if after else "loss"
    figure = stays if after else leaves
    if gain == "gain":
        figure += f"; with the original {leaves.removesuffix(' leave the device')} would"
    why = "" if after else f"It isn't answered there: {case.there[0].sentence()}"
    return Advantage(
        name, title, gain, figure, source, " ".join(filter(None, [why, _learned(case.point)]))
    )


def _learned(point: Point) -> str:
    """What is known of the training examples' privacy."""
    epsilon = point.value("epsilon")
    if epsilon is not None:
        return f"Trained with noise: epsilon {METRICS['epsilon'].text(epsilon)} for each client."
    if any(step.technique == "federate" for step in point.recipe.steps):
        return "Training examples stayed on their devices; updates may still tell of them."
    return ""


def _counted(
    name: str, title: str, verb: str, fits: tuple[Sequence[Fit], Sequence[Fit]], source: str
) -> Advantage:
    if not any(found.known for found in fits[0]):
        return not_known(name, title, fits[0][0].why_not if fits[0] else "There are no devices.")
    after, before = (sum(found.fits for found in each) for each in fits)
    gain = higher_is_gain(after, before)
    figure = f"{verb} {after} of {len(fits[0])} devices"
    return Advantage(
        name, title, gain, figure if gain == "none" else f"{figure} instead of {before}", source
    )


def _cheapest(fits: Sequence[Fit]) -> tuple[float, str] | None:
    """Price and source of the cheapest device that has room."""
    prices = [
        (
            found.device.price_usd.value,
            f"{found.device.title}: {found.device.price_usd.source}, {found.device.price_usd.year}",
        )
        for found in fits
        if found.fits and found.device.price_usd is not None
    ]
    return min(prices, default=None)


def _side_by_side(found: Fit) -> int:
    """How many fit into the flash at once; where there is none, into the RAM."""
    return max(
        (int(1 / limit.use) for limit in found.limits if limit.name in ("flash", "memory")),
        default=0,
    )
