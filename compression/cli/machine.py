"""What this machine has: browser, energy counter, GPU, disk. Facts for the doctor and the tests."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
RAPL = Path("/sys/class/powercap")
NVIDIA = Path("/proc/driver/nvidia/gpus")


def find_browser() -> Path | None:
    """The system's Chromium or Chrome, else Playwright's own; None if there is neither."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return Path(path)
    places = (*MAC_BROWSERS, *_playwright_browsers())
    return next((place for place in places if os.access(place, os.X_OK)), None)


def _playwright_browsers() -> Iterator[Path]:
    """Playwright's own builds, newest first; the names of their folders differ by system."""
    cache = "Library/Caches" if sys.platform == "darwin" else ".cache"
    moved = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    folder = Path(moved) if moved else Path.home() / cache / "ms-playwright"
    for build in sorted(folder.glob("chromium*-*"), reverse=True):
        for pattern in ("*/chrome", "*/*headless*shell", "*/*.app/Contents/MacOS/*"):
            yield from build.glob(pattern)


def rapl_counter() -> Path | None:
    """The processor's own energy counter, in microjoules; it may not be readable."""
    return next(iter(sorted(RAPL.glob("*rapl:*/energy_uj"))), None)


def nvidia_gpus() -> list[str]:
    """The names of the NVIDIA GPUs the driver has found."""
    names = []
    for file in sorted(NVIDIA.glob("*/information")):
        fields = dict(line.partition(":")[::2] for line in file.read_text().splitlines())
        names.append(fields.get("Model", "NVIDIA GPU").strip())
    return names


def disk_folder(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def writable(folder: Path) -> bool:
    """Whether files can be put there, or the folder be made."""
    place = disk_folder(folder)
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def stored_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; one that vanishes meanwhile counts nothing."""
    return sum(_length(file) for file in folder.rglob("*"))


def _length(file: Path) -> int:
    try:
        return file.lstat().st_size if file.is_file() else 0
    except OSError:
        return 0


def scheduler_answers(address: str, *, seconds: float = 1.0) -> bool:
    """Whether something listens at ``tls://host:port``; it need not be a scheduler of ours."""
    try:
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname or "", parts.port or 8786), seconds):
            return True
    except (OSError, ValueError):
        return False
