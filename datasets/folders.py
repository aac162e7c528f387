"""Where data lies: bundled with the project, or in the user's cache (moved by COMPACT_HOME)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasets.dataset import DatasetError

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUNDLED = Path(__file__).parent / "bundled"


def read_bundle(name: str) -> dict[str, NDArray[Any]]:
    """All arrays of a bundled file; never unpickles anything."""
    import zipfile
    import zlib

    import numpy as np

    try:
        with np.load(BUNDLED / name, allow_pickle=False) as bundle:
            return dict(bundle)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(
            f"{BUNDLED / name} is missing or damaged; fetch the project's files again."
        ) from error


def cache_folder(dataset_id: str) -> Path:
    """The user's folder for downloaded files of a data set; it need not exist."""
    if os.environ.get("COMPACT_HOME", "").strip():
        from compression.home import home

        return home() / "datasets" / dataset_id
    from platformdirs import user_cache_path

    return user_cache_path("compact-ai-lab", appauthor=False) / "datasets" / dataset_id
