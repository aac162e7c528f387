"""What this machine has, and what each missing piece would give (`python -m compression doctor`).

Looks without importing what it finds, so that it is quick and can't fail with it. Torch-free.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from compression.cli.machine import (
    disk_folder,
    find_browser,
    nvidia_gpus,
    rapl_counter,
    scheduler_answers,
    stored_bytes,
    writable,
)
from compression.deploy.runtimes import RUNTIMES

OTHER_RUNTIMES = {
    "openvino": "the panel Runtimes: the same file in Intel's runtime",
    "executorch": "the panel Runtimes: the same model in PyTorch's runtime for small devices",
    "litert": "the panel Runtimes: the same model in Google's runtime for small devices",
}
MB, GB = 1e6, 1e9
ENOUGH_SPACE = 1 * GB


@dataclass(frozen=True)
class Finding:
    """One line of the report: a thing, whether it is here, which one, and what it is good for."""

    name: str
    present: bool
    detail: str
    gives: str


def examine() -> tuple[Finding, ...]:
    """Everything this machine has or lacks, in the order a reader asks."""
    return (
        _python(),
        _package("PyTorch", "torch", "compressing, training and measuring accuracy"),
        _package("ONNX Runtime", "onnxruntime", "latency of the model as it is deployed"),
        *(_runtime(runtime_id, gives) for runtime_id, gives in OTHER_RUNTIMES.items()),
        _energy_counter(),
        _gpu(),
        _browser(),
        _full_fashion_mnist(),
        _store(),
        _free_space(),
        _processor(),
        _engine(),
    )


def _python() -> Finding:
    supported = (3, 10) <= sys.version_info[:2] <= (3, 14)
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding(
        "Python", supported, detail, "the app and its engine; 3.10 to 3.14 are supported"
    )


def _package(name: str, package: str, gives: str) -> Finding:
    try:
        return Finding(name, True, version(package), gives)
    except PackageNotFoundError:
        return Finding(name, False, "not installed: run make again", gives)


def _runtime(runtime_id: str, gives: str) -> Finding:
    runtime = RUNTIMES[runtime_id]
    detail = runtime.version or f"not installed: pip install {runtime.package}"
    return Finding(runtime.name, not runtime.reason, detail, gives)


def _energy_counter() -> Finding:
    gives = "energy counted by the processor instead of power times latency"
    counter = rapl_counter()
    if counter is None:
        return Finding("Energy counter", False, "no RAPL counter on this machine", gives)
    if not os.access(counter, os.R_OK):
        detail = f"RAPL is there, but {counter} may only be read by root"
        return Finding("Energy counter", False, detail, gives)
    return Finding("Energy counter", True, f"RAPL at {counter}", gives)


def _gpu() -> Finding:
    gives = "nothing yet: training and measuring run on the processor"
    names = nvidia_gpus()
    if not names and (sys.platform, platform.machine()) == ("darwin", "arm64"):
        names = ["Apple GPU"]
    return Finding("GPU", bool(names), ", ".join(names) or "none found", gives)


def _browser() -> Finding:
    browser = find_browser()
    detail = str(browser) if browser else "no Chromium or Chrome: install your system's chromium"
    return Finding("Browser", browser is not None, detail, "the tests that drive the real app")


def _full_fashion_mnist() -> Finding:
    import datasets

    present = datasets.full_available("fashion-mnist")
    detail = (
        "all 60,000 training images are on disk"
        if present
        else "20,000 of 60,000 training images are bundled; the rest: "
        "python -m compression download fashion-mnist"
    )
    return Finding("Full Fashion-MNIST", present, detail, "training on all of the data set")


def _store() -> Finding:
    from compression.home import home

    folder, named = home(), os.environ.get("COMPACT_DATABASE", "").strip()
    is_elsewhere = bool(named) and not named.startswith("sqlite")
    gives = "points and sweeps that outlive the app; COMPACT_HOME moves it"
    if not writable(folder):
        detail = f"{folder} can't be written: set COMPACT_HOME to a folder that can"
        return Finding("Store", False, detail, gives)
    size = stored_bytes(folder)
    detail = f"{folder}, {size / MB:.1f} MB" if size else f"{folder}, empty so far"
    if is_elsewhere:
        detail += f", points in {named.partition(':')[0]} as COMPACT_DATABASE says"
    complaint = _complaint() if size or is_elsewhere else None
    return Finding("Store", complaint is None, complaint or detail, gives)


def _complaint() -> str | None:
    """What the store says if it can't be read."""
    from compression.errors import StoreError
    from compression.store import Store

    try:
        Store.open().sweeps("none")
    except StoreError as error:
        return str(error)
    return None


def _free_space() -> Finding:
    from compression.home import home

    free = shutil.disk_usage(disk_folder(home())).free
    detail = f"{free / GB:.1f} GB free beside the store"
    return Finding("Disk space", free >= ENOUGH_SPACE, detail, "room for points and packed files")


def _processor() -> Finding:
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    quiet = load < 0.5 * cores
    detail = f"{cores} cores, load {load:.1f}" + ("" if quiet else ": other work disturbs timings")
    return Finding("Processor", quiet, detail, "one measuring process per core, and steady timings")


def _engine() -> Finding:
    address = os.environ.get("COMPACT_SCHEDULER", "").strip()
    if not address:
        try:
            detail = f"embedded, Dask {version('distributed')}, started when needed"
            return Finding("Engine", True, detail, "measuring on all cores")
        except PackageNotFoundError:
            detail = "not installed: run make again"
            return Finding("Engine", False, detail, "measuring on all cores")
    gives = "measuring on the cluster that COMPACT_SCHEDULER names"
    if scheduler_answers(address):
        return Finding("Engine", True, f"{address} answers", gives)
    detail = f"{address} does not answer: start it, or unset COMPACT_SCHEDULER"
    return Finding("Engine", False, detail, gives)
