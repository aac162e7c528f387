"""The ``devices`` and ``fit`` commands: what a model may be deployed on, and whether it fits there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from compression.cli import console
from compression.cli.options import Json, ModelId, Seed, Steps
from compression.devices import (
    Device,
    Fit,
    Limit,
    Wishes,
    catalogue,
    device_named,
    elsewhere,
    fit,
    scales,
)
from compression.devices.catalogue import wrong_files
from compression.devices.latency import Modelled
from compression.devices.on_device import works_of
from compression.errors import UsageError
from compression.point import METRICS, Point
from compression.store import Store

Number = Optional[float]  # noqa: UP045 - typer reads this annotation on Python 3.10


def devices(
    take: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--import",
            help="Times measured elsewhere, as a CSV: device, model, steps, latency_ms, source.",
        ),
    ] = None,
    forget: Annotated[str, typer.Option(help="Forget the time that scales this device.")] = "",
    json: Json = False,
) -> None:
    """List the devices there are, yours from the home folder's devices/*.toml among them."""
    if take is not None:
        _import(take)
    if forget and not scales.forget(device_named(forget)):
        raise UsageError(f"No measured time is kept for {forget}: there is nothing to forget.")
    for sentence in wrong_files():
        console.say(sentence)
    if json:
        console.show_document([each.model_dump(mode="json") for each in catalogue().values()])
    else:
        console.show_rows([_row(device) for device in catalogue().values()])


def _import(file: Path) -> None:
    times = elsewhere.read_times(file)
    for name in {time.device for time in times}:
        device_named(name)  # UsageError for one that there is not
    elsewhere.keep(times)
    console.say(
        f"{len(times)} times are kept; their points show them in place of the modelled ones."
    )


def _row(device: Device) -> dict[str, str]:
    written = METRICS["memory_bytes"].text
    flash = "" if device.flash_bytes is None else written(device.flash_bytes.value)
    rates = (f"{name} {_short(rate.value)}" for name, rate in device.rates.items())
    return {
        "id": device.id, "core": device.core, "flash": flash, "RAM": written(device.ram_bytes.value),
        "multiply-adds a second": ", ".join(rates), "watts": f"{device.active_w.value:.3g}",
    }  # fmt: skip


def _short(value: float) -> str:
    return METRICS["macs"].text(value)


def fit_command(
    model: ModelId,
    device: Annotated[str, typer.Option(help="As listed by `devices`.")],
    step: Steps = None,
    deadline_ms: Annotated[
        Number, typer.Option(help="An answer within so many milliseconds.")
    ] = None,
    fps: Annotated[Number, typer.Option(help="So many answers a second.")] = None,
    energy_mj: Annotated[
        Number, typer.Option(help="At most so many millijoules an answer.")
    ] = None,
    days: Annotated[Number, typer.Option(help="So many days on a battery.")] = None,
    per_day: Annotated[float, typer.Option(help="Answers a day, for the battery.")] = 1000.0,
    battery_wh: Annotated[Number, typer.Option(help="Another battery than the device's.")] = None,
    measured_ms: Annotated[
        Number,
        typer.Option(
            help="What it really takes on your board: scales all times of the device from now on."
        ),
    ] = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Tell whether a recipe's model fits a device: exit code 0 if it does, 1 if it doesn't, with the limits."""
    target = device_named(device)
    wishes = Wishes(
        deadline_ms=_deadline(deadline_ms, fps), energy_mj=energy_mj, days=days,
        per_day=per_day, battery_wh=battery_wh,
    )  # fmt: skip
    from compression import api

    with console.waiting("measuring") as report:
        point = api.run(model, step or (), seed=seed, report=report)
    works = works_of(Store.open().known(point.recipe.model))
    if measured_ms is not None:
        target = _scaled(point, target, measured_ms, works)
    found = fit(point, target, wishes, works)
    if json:
        console.show_document(document(point, found))
    else:
        _show(point, found)
    if not found.fits:
        raise typer.Exit(1)


def _scaled(point: Point, target: Device, measured_ms: float, works: dict[str, str]) -> Device:
    """The device as it is from now on."""
    plain = fit(point, target.model_copy(update={"scaled": None}), works=works)
    if plain.latency is None:
        raise UsageError(f"The measured time can't be compared: {plain.sentence()}")
    what = f"{point.recipe.model}, {point.recipe.describe()}"
    scales.scale(target, plain.latency.value, measured_ms, what)
    return device_named(target.id)


def document(point: Point, found: Fit) -> dict[str, Any]:
    """What ``--json`` prints of a fit."""
    return {
        "model": point.recipe.model,
        "recipe": point.recipe.describe(),
        "key": point.key,
        "device": found.device.id,
        "fits": found.fits,
        "sentence": found.sentence(),
        "number_format": found.number_format,
        "scaled": found.device.scaled.model_dump() if found.device.scaled else None,
        "limits": [_limit(limit) for limit in found.limits],
        "latency_ms": _figure(found.latency),
        "energy_mj": _figure(found.energy),
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {**asdict(limit), "use": limit.use, "kept": limit.kept, "certain": limit.sure}


def _figure(figure: Modelled | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    thousand = figure.times(1000)
    return {**asdict(thousand), "how": "modelled"}


def _show(point: Point, found: Fit) -> None:
    title = f"{point.recipe.model}: {point.recipe.describe()} on {found.device.title}"
    fields: dict[str, Any] = {"model": title, "verdict": found.sentence()}
    for limit in found.limits:
        fields[limit.name] = limit.said()
    if found.latency and found.energy:
        if found.device.scaled:
            fields["scaled by"] = f"{found.device.scaled.value:.3g}, {found.device.scaled.source}"
        fields |= {"computes in": found.number_format, "time": _said(found.latency, "ms"),
                   "energy": _said(found.energy, "mJ")}  # fmt: skip
    console.show_fields(fields, False)


def _said(figure: Modelled, unit: str) -> str:
    low, value, high = (f"{1000 * each:.3g}" for each in (figure.low, figure.value, figure.high))
    return f"{value} {unit}, modelled: {low} to {high} {unit} in 9 of 10 cases"


def _deadline(deadline_ms: float | None, fps: float | None) -> float | None:
    if fps is None:
        return deadline_ms
    if deadline_ms is not None:
        raise UsageError("--deadline-ms and --fps say the same: give one of them.")
    if not 0 < fps < float("inf"):
        raise UsageError(f"--fps {fps:g} can't be: give a number above 0.")
    return 1000 / fps
