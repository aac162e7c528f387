"""The packed file: what it holds, and what is refused instead of being read."""

import json
import struct
import zlib

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from compression import artifact, models
from compression.compressed import Compressed, fold_batch_norm
from compression.errors import ArtifactError
from compression.recipe import Recipe

MODEL = "digits/mlp"


def packed() -> artifact.Packed:
    return artifact.pack(Compressed(MODEL, models.load(MODEL)), Recipe(model=MODEL))


def test_the_baseline_file_is_its_floats_and_a_small_header() -> None:
    file = packed()
    assert 4 * 2410 < len(file.data) < 4 * 2410 + 250
    assert sum(tensor.values for tensor in file.tensors) == 2410
    assert sum(tensor.bytes for tensor in file.tensors) == 4 * 2410


def test_a_model_with_batch_norms_is_not_packed() -> None:
    compressed = Compressed("fashion-mnist/resnet8", models.load("fashion-mnist/resnet8"))
    with pytest.raises(ValueError, match="Fold"):
        artifact.pack(compressed, Recipe(model="fashion-mnist/resnet8"))
    assert artifact.pack(fold_batch_norm(compressed), Recipe(model="fashion-mnist/resnet8")).data


@pytest.mark.parametrize("data", [b"", b"CALAB1", b"PK\3\4" + b"x" * 100, b"CALAB9" + b"\0" * 50])
def test_a_foreign_file_is_refused(data: bytes) -> None:
    with pytest.raises(ArtifactError):
        artifact.unpack(data)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0), st.integers(1, 255))
def test_any_changed_byte_is_noticed(where: int, change: int) -> None:
    data = bytearray(packed().data)
    data[where % len(data)] ^= change
    with pytest.raises(ArtifactError):
        artifact.unpack(bytes(data))


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=0))
def test_a_truncated_file_is_refused(length: int) -> None:
    data = packed().data
    with pytest.raises(ArtifactError):
        artifact.unpack(data[: length % len(data)])


def rewritten(change) -> bytes:
    """The file with a header that ``change`` edited, checksums made right again."""
    data = packed().data
    _, length, _, payload_sum = struct.unpack_from("<6sIII", data)
    header = json.loads(zlib.decompress(data[18 : 18 + length]))
    change(header)
    text = zlib.compress(json.dumps(header).encode())
    prefix = struct.pack("<6sIII", b"CALAB1", len(text), zlib.crc32(text), payload_sum)
    return prefix + text + data[18 + length :]


HOSTILE = {
    "a huge tensor": lambda h: h["tensors"][0].__setitem__(1, [2**27, 2**27]),
    "a negative extent": lambda h: h["tensors"][0].__setitem__(1, [-1, 4]),
    "an unknown layout": lambda h: h["tensors"][0].__setitem__(2, "zz"),
    "too many kept values": lambda h: h["tensors"][0].__setitem__(5, 10**7),
    "a bit width of 3000": lambda h: h["tensors"][0].__setitem__(3, 3000),
    "an unknown model": lambda h: h["recipe"].__setitem__("model", "../../etc/passwd"),
    "another model's tensors": lambda h: h["recipe"].__setitem__("model", "digits/cnn"),
    "no tensors": lambda h: h.__setitem__("tensors", []),
    "no recipe": lambda h: h.pop("recipe"),
    "a list for a header": lambda h: h.update({"tensors": {"a": 1}}),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_refused_in_one_sentence(change) -> None:
    with pytest.raises(ArtifactError) as refusal:
        artifact.unpack(rewritten(change))
    assert "\n" not in str(refusal.value)


def test_a_header_that_inflates_without_end_is_refused() -> None:
    text = zlib.compress(b" " * 50_000_000)
    prefix = struct.pack("<6sIII", b"CALAB1", len(text), zlib.crc32(text), zlib.crc32(b""))
    with pytest.raises(ArtifactError):
        artifact.unpack(prefix + text)


def test_nothing_in_a_file_is_executed() -> None:
    reloaded, _ = artifact.unpack(packed().data)
    assert all(isinstance(value, torch.Tensor) for value in reloaded.module.state_dict().values())
