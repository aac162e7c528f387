"""The bundled files: small, free of pickles, licensed, and what their sources say."""

import zipfile

import numpy as np
import pytest

import datasets
from datasets import bundle, fashion_files, folders, watch


def test_nothing_bundled_is_pickled():
    for path in folders.BUNDLED.glob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(array.dtype.kind in "iu" for array in dict(arrays).values())


def test_bundled_data_stays_under_17_megabytes_and_has_its_licences():
    names = {path.name for path in folders.BUNDLED.iterdir()}
    assert {"LICENSE-fashion-mnist.txt", "LICENSE-seglearn.txt", "README.md"} <= names
    assert sum(path.stat().st_size for path in folders.BUNDLED.iterdir()) < 17e6


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: None,
        lambda whole: b"",
        lambda whole: whole[:999],
        lambda whole: scratched(whole),
    ],
    ids=["missing", "empty", "cut short", "scratched"],
)
def test_a_damaged_bundle_is_one_sentence(tmp_path, monkeypatch, damage):
    content = damage((folders.BUNDLED / "watch.npz").read_bytes())
    monkeypatch.setattr(folders, "BUNDLED", tmp_path)
    if content is not None:
        (tmp_path / "watch.npz").write_bytes(content)
    with pytest.raises(datasets.DatasetError, match="missing or damaged"):
        folders.read_bundle("watch.npz")


def scratched(whole: bytes) -> bytes:
    return whole[:1_000] + bytes(100) + whole[1_100:]


def test_a_bundle_with_a_pickle_inside_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "BUNDLED", tmp_path)
    np.savez(tmp_path / "watch.npz", samples=np.array([{"a": 1}], dtype=object))
    with pytest.raises(datasets.DatasetError, match="missing or damaged"):
        folders.read_bundle("watch.npz")


def test_a_foreign_watch_file_is_never_unpickled(tmp_path):
    source = tmp_path / "watch_dataset.npy"
    source.write_bytes(b"\x80\x04cos\nsystem\n")
    with pytest.raises(datasets.DatasetError, match=r"seglearn 1\.2\.5"):
        bundle.bundle_watch(source, tmp_path / "watch.npz")


def test_the_watch_recordings_are_those_of_the_source():
    arrays = folders.read_bundle("watch.npz")
    assert arrays["samples"].shape == (244_102, 6)
    assert arrays["samples"][0].tolist() == [-1084, -19, -27, 411, -1603, -2489]
    assert np.bincount(arrays["exercise"]).tolist() == [20] * 7
    assert np.bincount(arrays["person"]).tolist() == [0] + [14] * 10
    assert len(watch.windows()[1]) == 7_141


@pytest.mark.skipif(fashion_files.full_folder() is None, reason="the full Fashion-MNIST isn't here")
def test_bundling_fashion_mnist_again_gives_the_same_arrays(tmp_path):
    bundle.bundle_fashion_mnist(tmp_path / "again.npz")
    committed = folders.BUNDLED / "fashion-mnist.npz"
    assert contents(tmp_path / "again.npz") == contents(committed)


def contents(path):
    """The checksum of each array's bytes: independent of the compressor's version."""
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: entry.CRC for entry in archive.infolist()}
