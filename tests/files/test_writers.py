"""Whatever of ours writes a file: a full disk leaves what was there, and nothing half-written beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from compression import api
from compression.errors import LabError
from compression.models import build, record
from compression.models.train import TrainingResult
from compression.store import bundled
from compression.store.artifacts import ArtifactFolder
from compression.training.checkpoints import Checkpoint, Saved
from datasets import fashion_files
from tests.files.full_disk import fill
from tests.measured import MODEL, a_point


def export(folder: Path) -> Path:
    api.export("digits/mlp", ["quantize:bits=4"], folder / "model.packed")
    return folder / "model.packed"


def bundle(folder: Path) -> Path:
    return bundled.write(MODEL, [a_point()], folder)


def zoo(folder: Path) -> Path:
    record.save(a_training(), folder)
    return folder / "zoo.json"


def weights(folder: Path) -> Path:
    return record.save(a_training(), folder)


def checkpoint(folder: Path) -> Path:
    one = Checkpoint("one", folder)
    one.write(Saved({"w": torch.ones(3)}))
    return one.path


def artifact(folder: Path) -> Path:
    digest = ArtifactFolder(folder).put(b"weights")
    return folder / digest[:2] / digest


def download(folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fashion_files, "OFFICIAL_FILES", (fashion_files.TEST_LABELS,))
        patch.setattr(fashion_files, "cache_folder", lambda _: folder)
        patch.setattr(fashion_files, "_received", lambda *_: b"packed")
        patch.setattr(fashion_files, "_decompressed", only_packed)
        return fashion_files.download() / fashion_files.TEST_LABELS.name


def only_packed(_file: object, packed: bytes) -> bytes:
    if packed != b"packed":
        raise ValueError("it has another content")
    return b"labels"


WRITERS = (export, bundle, zoo, weights, checkpoint, artifact, download)


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.__name__)
def test_a_full_disk_leaves_the_old_file(
    writer: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = writer(tmp_path)
    file.write_bytes(b"damaged, or older")
    before = tree(tmp_path)
    fill(monkeypatch)
    with suppress(LabError, OSError, fashion_files.DatasetError):
        writer(tmp_path)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.__name__)
def test_what_was_damaged_is_replaced(writer: Callable[[Path], Path], tmp_path: Path) -> None:
    file = writer(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert len(writer(tmp_path).read_bytes()) == len(whole)


def test_an_export_to_a_full_disk_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch)
    with pytest.raises(LabError, match="could not be written .No space left on device."):
        export(tmp_path)


def test_other_models_stay_in_the_table_of_the_zoo(tmp_path: Path) -> None:
    (tmp_path / "zoo.json").write_text('{"digits/cnn": {"accuracy": 1}}')
    assert set(json.loads(zoo(tmp_path).read_text())) == {"digits/cnn", "digits/mlp"}


def a_training() -> TrainingResult:
    return TrainingResult(
        model_id="digits/mlp", model=build("digits/mlp"), accuracy=0.9, test_count=540, validation_accuracy=0.9,
        epoch=1, parameters=2410, train_count=1000, full=True, seed=0, wall_s=1.0, cpu_s=1.0,
    )  # fmt: skip


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
