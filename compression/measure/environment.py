"""The machine that a measurement was made on, without which its numbers can't be compared."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from compression.point import Environment

_PACKAGES = ("torch", "onnxruntime", "onnx", "numpy")


def environment(*, threads: int = 1) -> Environment:
    """This machine now; only the load average changes between calls."""
    return Environment(
        machine=processor_name(),
        cores=os.cpu_count() or 1,
        threads=threads,
        load=_load(),
        python=platform.python_version(),
        versions=_versions(),
    )


@cache
def processor_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor as it names itself: from Linux's cpuinfo, macOS's sysctl, or what Python knows."""
    try:
        for line in cpuinfo.read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() in ("model name", "Model", "Hardware") and value.strip():
                return value.strip()
    except OSError:
        pass
    if platform.system() == "Darwin":
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        try:
            return subprocess.run(
                command, capture_output=True, text=True, check=True
            ).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            pass
    return platform.processor() or platform.machine() or "unknown processor"


def _load() -> float | None:
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None


@cache
def _versions() -> dict[str, str]:
    installed = {
        package.name: package.version for name in _PACKAGES for package in distributions(name=name)
    }
    return {name: installed[name] for name in _PACKAGES if name in installed}
