"""Fashion-MNIST's four official files: found on disk or downloaded, and verified."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import io
import os
import time
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compression.files import make_folder, write
from datasets.dataset import DatasetError
from datasets.folders import cache_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OnBytes = Callable[[int, int], None]
"""Told the bytes received so far and the bytes expected in all."""

MIRROR = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
SILENCE_SECONDS, FILE_SECONDS = 20, 900
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")


@dataclass(frozen=True)
class OfficialFile:
    """One of the four files, known by the hash of its decompressed bytes (gzip headers differ)."""

    name: str
    header_bytes: int
    bytes: int
    download_bytes: int
    sha256: str


TRAIN_IMAGES = OfficialFile(
    "train-images-idx3-ubyte.gz",
    16,
    47_040_016,
    26_421_880,
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
)
TRAIN_LABELS = OfficialFile(
    "train-labels-idx1-ubyte.gz",
    8,
    60_008,
    29_515,
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
)
TEST_IMAGES = OfficialFile(
    "t10k-images-idx3-ubyte.gz",
    16,
    7_840_016,
    4_422_102,
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
)
TEST_LABELS = OfficialFile(
    "t10k-labels-idx1-ubyte.gz",
    8,
    10_008,
    5_148,
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
)
OFFICIAL_FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)


def full_folder() -> Path | None:
    """Where the four files lie: `COMPACT_DATA`, our cache or Debian's package; None if nowhere."""
    own = [Path(os.environ["COMPACT_DATA"])] if os.environ.get("COMPACT_DATA") else []
    places = [
        *own,
        *(folder / "fashion-mnist" for folder in own),
        cache_folder("fashion-mnist"),
        DEBIAN_FOLDER,
    ]
    return next(
        (p for p in places if all((p / file.name).is_file() for file in OFFICIAL_FILES)), None
    )


def read_official(file: OfficialFile, folder: Path | None = None) -> NDArray[np.uint8]:
    """The pixels, uint8 [N, 28, 28], or labels, uint8 [N], of one verified official file."""
    import numpy as np

    folder = folder or full_folder()
    if folder is None:
        raise DatasetError(
            "The full Fashion-MNIST is not on this machine; install Debian's "
            "dataset-fashion-mnist, name a folder with its four files in COMPACT_DATA, or download "
            "it: python -m compression download fashion-mnist"
        )
    array = np.frombuffer(
        verified_bytes(file, folder / file.name), np.uint8, offset=file.header_bytes
    )
    return array.reshape(-1, 28, 28) if file.header_bytes == 16 else array


def verified_bytes(file: OfficialFile, path: Path) -> bytes:
    """An official file's decompressed content, refused unless it is just what Zalando published."""
    try:
        return _decompressed(file, path.read_bytes())
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise _damaged(path) from error


def _decompressed(file: OfficialFile, packed: bytes) -> bytes:
    """ValueError, or one of gzip's own errors, unless it is the official file."""
    with gzip.open(io.BytesIO(packed)) as stream:
        content = stream.read(file.bytes + 1)
    if len(content) != file.bytes or hashlib.sha256(content).hexdigest() != file.sha256:
        raise ValueError(f"{file.name} has another content")
    return content


def download(*, progress: OnBytes | None = None, mirror: str = MIRROR) -> Path:
    """Fetch the four files (31 MB) into the user's cache folder and return that folder.

    A file already there and intact is kept. Nothing unverified ever gets its final name.
    """
    folder = cache_folder("fashion-mnist")
    total, done = sum(file.download_bytes for file in OFFICIAL_FILES), 0
    for file in OFFICIAL_FILES:
        path = folder / file.name
        if not _intact(file, path):
            _fetch(file, mirror=mirror, path=path, report=_ahead_by(done, total, progress))
        done += file.download_bytes
        if progress:
            progress(done, total)
    return folder


def _ahead_by(done: int, total: int, progress: OnBytes | None) -> Callable[[int], None]:
    return lambda received: progress(done + received, total) if progress else None


def _fetch(file: OfficialFile, *, mirror: str, path: Path, report: Callable[[int], None]) -> None:
    try:
        packed = _received(file, mirror + file.name, report)
        try:
            _decompressed(file, packed)
        except (EOFError, ValueError, zlib.error) as error:
            raise OSError("what came is not the official file") from error
        make_folder(path.parent)
        write(path, packed)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise DatasetError(
            f"{file.name} could not be downloaded from {mirror} ({reason}); check the internet "
            "connection and try again, or go on with the bundled 20,000 training images."
        ) from error


def _received(file: OfficialFile, address: str, report: Callable[[int], None]) -> bytes:
    deadline, received = time.monotonic() + FILE_SECONDS, bytearray()
    with urllib.request.urlopen(address, timeout=SILENCE_SECONDS) as response:
        while chunk := response.read(1 << 16):
            received += chunk
            if len(received) > file.download_bytes or time.monotonic() > deadline:
                raise OSError("it is larger than the official file, or too slow")
            report(len(received))
    return bytes(received)


def _intact(file: OfficialFile, path: Path) -> bool:
    try:
        return bool(verified_bytes(file, path))
    except DatasetError:
        return False


def _damaged(path: Path) -> DatasetError:
    return DatasetError(
        f"{path} is not the official Fashion-MNIST file; delete it and fetch it again."
    )
