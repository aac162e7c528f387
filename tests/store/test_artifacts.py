"""Packed files by content: the same bytes once, whole or not at all, the oldest unused dropped."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from compression.errors import StoreError
from compression.store.artifacts import ArtifactFolder


def test_content_comes_back_by_its_digest(tmp_path: Path) -> None:
    folder = ArtifactFolder(tmp_path)
    digest = folder.put(b"weights")
    assert digest == hashlib.sha256(b"weights").hexdigest()
    assert folder.get(digest) == b"weights"
    assert folder.put(b"weights") == digest
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_the_oldest_unused_go_first(tmp_path: Path) -> None:
    folder = ArtifactFolder(tmp_path, limit=3500)
    digests = [folder.put(bytes([index]) * 1000) for index in range(3)]
    for age, digest in enumerate(digests):
        os.utime(tmp_path / digest[:2] / digest, (1000 + age, 1000 + age))
    assert folder.get(digests[0]) is not None  # used just now
    newest = folder.put(b"x" * 1000)
    assert [folder.get(d) is not None for d in [*digests, newest]] == [True, False, True, True]


def test_what_is_larger_than_the_limit_is_still_kept_alone(tmp_path: Path) -> None:
    folder = ArtifactFolder(tmp_path, limit=10)
    folder.put(b"a" * 100)
    digest = folder.put(b"b" * 100)
    assert folder.get(digest) == b"b" * 100


def test_a_damaged_file_is_not_returned(tmp_path: Path) -> None:
    folder = ArtifactFolder(tmp_path)
    digest = folder.put(b"weights")
    (tmp_path / digest[:2] / digest).write_bytes(b"weightz")
    assert folder.get(digest) is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "G" * 64])
def test_only_digests_are_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="not a digest"):
        ArtifactFolder(tmp_path).get(name)


def test_a_folder_that_cant_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="could not be kept"):
        ArtifactFolder(tmp_path / "file").put(b"weights")
