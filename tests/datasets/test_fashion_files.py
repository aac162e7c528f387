"""The full Fashion-MNIST: where it is looked for, what is refused, how a download can fail."""

import gzip
import hashlib
import socket
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

import datasets
from datasets import fashion_files, fashion_mnist
from datasets.fashion_files import OfficialFile


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user without any data: no Debian package, an empty cache."""
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COMPACT_DATA", raising=False)
    monkeypatch.setattr(fashion_files, "DEBIAN_FOLDER", tmp_path / "debian")
    return tmp_path / "home" / "datasets" / "fashion-mnist"


@pytest.fixture
def official(tmp_path, monkeypatch):
    """Two small files in place of the official ones, and the folder where they are published."""
    published = tmp_path / "published"
    published.mkdir()
    files = []
    for name in ("images.gz", "labels.gz"):
        content = name.encode() * 1_000
        packed = gzip.compress(content)
        (published / name).write_bytes(packed)
        sha256 = hashlib.sha256(content).hexdigest()
        files.append(OfficialFile(name, 8, len(content), len(packed), sha256))
    monkeypatch.setattr(fashion_files, "OFFICIAL_FILES", tuple(files))
    return published


@pytest.fixture
def mirror(official):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=official))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def refused_address() -> str:
    """A loopback address at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def one_sentence(error: pytest.ExceptionInfo) -> str:
    message = str(error.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return message


def test_a_missing_full_set_says_what_to_do(home):
    with pytest.raises(datasets.DatasetError) as error:
        fashion_mnist.read(full=True)
    message = one_sentence(error)
    assert "dataset-fashion-mnist" in message
    assert "COMPACT_DATA" in message
    assert "compression download fashion-mnist" in message
    assert not datasets.full_available("fashion-mnist")


@pytest.mark.parametrize("below", ["", "fashion-mnist"])
def test_a_folder_in_compact_data_is_found(home, tmp_path, official, monkeypatch, below):
    folder = tmp_path / "mine" / below
    folder.mkdir(parents=True)
    for path in official.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("COMPACT_DATA", str(tmp_path / "mine"))
    assert fashion_files.full_folder() == folder
    assert datasets.full_available("fashion-mnist")


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip at all", gzip.compress(b"other bytes"), gzip.compress(b"x" * 9_000)[:40]],
    ids=["empty", "foreign", "wrong content", "cut short"],
)
def test_a_damaged_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / fashion_files.TRAIN_IMAGES.name
    path.write_bytes(content)
    with pytest.raises(datasets.DatasetError) as error:
        fashion_files.read_official(fashion_files.TRAIN_IMAGES, tmp_path)
    assert str(path) in one_sentence(error)


def test_a_download_lands_in_the_cache_and_reports_progress(home, mirror, official):
    told = []
    folder = fashion_files.download(progress=lambda *seen: told.append(seen), mirror=mirror)
    assert folder == home == fashion_files.full_folder()
    assert {p.name for p in home.iterdir()} == {"images.gz", "labels.gz"}
    total = sum(path.stat().st_size for path in official.iterdir())
    assert told[-1] == (total, total)
    assert told == sorted(told)


def test_a_second_download_asks_nobody(home, mirror):
    fashion_files.download(mirror=mirror)
    assert fashion_files.download(mirror=refused_address()) == home


def test_a_refused_connection_is_one_sentence(home, official):
    with pytest.raises(datasets.DatasetError) as error:
        fashion_files.download(mirror=refused_address())
    assert "check the internet connection" in one_sentence(error)


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b + b"more", lambda b: b[::-1]])
def test_bytes_that_are_not_the_official_ones_are_never_kept(home, mirror, official, damage):
    target = official / "labels.gz"
    target.write_bytes(damage(target.read_bytes()))
    with pytest.raises(datasets.DatasetError) as error:
        fashion_files.download(mirror=mirror)
    assert "labels.gz" in one_sentence(error)
    assert {p.name for p in home.iterdir()} == {"images.gz"}


def test_a_missing_page_is_one_sentence(home, mirror, official):
    (official / "images.gz").unlink()
    with pytest.raises(datasets.DatasetError) as error:
        fashion_files.download(mirror=mirror)
    assert "images.gz" in one_sentence(error)


@pytest.mark.parametrize("dataset_id", ["digits", "watch"])
def test_a_data_set_that_is_bundled_whole_needs_no_download(dataset_id):
    assert datasets.full_available(dataset_id)
    with pytest.raises(datasets.DatasetError, match="nothing to download"):
        datasets.download(dataset_id)


@pytest.mark.skipif(fashion_files.full_folder() is None, reason="the full Fashion-MNIST isn't here")
def test_the_full_set_extends_the_bundled_one_without_leaking_into_its_validation():
    full, bundled = fashion_mnist.read(full=True), datasets.load("fashion-mnist")
    assert (len(full.train), len(full.validation)) == (55_000, 5_000)
    assert np.bincount(full.train.labels).tolist() == [5_500] * 10
    assert np.array_equal(full.validation.inputs[:2_000], bundled.validation.inputs)
    assert np.array_equal(full.train.inputs[:18_000], bundled.train.inputs)
    assert np.array_equal(full.test.inputs, bundled.test.inputs)
