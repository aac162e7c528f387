"""The packed file: what it holds, and what is refused instead of being read."""

import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from compression import artifact, models
from compression.artifact import header
from compression.encoding import Grid, float_levels, integer_levels
from compression.errors import ArtifactError
from compression.models.catalogue import model_card
from compression.models.compressed import (
    ActivationFormat,
    Compressed,
    fold_batch_norm,
    weight_names,
)
from compression.recipe import Recipe

MODEL = "digits/mlp"
RESNET = "fashion-mnist/resnet8"
ONE = np.ones((1, 1), dtype=np.float32)


@cache
def packed() -> artifact.Packed:
    return artifact.pack(Compressed(model_card(MODEL), models.load(MODEL)), Recipe(model=MODEL))


def rounded(model: str, bits: int) -> Compressed:
    """Weights in ``bits`` bits with a scale per channel, everything else in half precision."""
    folded = fold_batch_norm(Compressed(model_card(model), models.load(model)))
    formats = {}
    levels = integer_levels(bits)
    half = Grid("float", float_levels(5, 10), ONE, None, 0, "one", 5, 10)
    for name, tensor in folded.module.state_dict().items():
        values, grid = tensor.numpy(), half
        if name in weight_names(folded.module):
            peak = np.abs(values.reshape(len(values), -1)).max(axis=1, keepdims=True)
            scale = (peak / levels[-1]).astype(np.float16).astype(np.float32)
            grid = Grid("int", levels, scale, stored="float16")
        tensor.copy_(torch.from_numpy(grid.round(values)))
        formats[name] = grid
    return folded.with_module(folded.module, formats)


@cache
def three_bits() -> bytes:
    return artifact.pack(rounded(MODEL, 3), Recipe(model=MODEL)).data


def test_the_baseline_file_is_its_floats_and_a_small_header() -> None:
    file = packed()
    assert 4 * 2410 < len(file.data) < 4 * 2410 + 100
    assert sum(tensor.values for tensor in file.tensors) == 2410
    assert sum(tensor.bytes for tensor in file.tensors) == 4 * 2410


def test_a_header_stays_small_beside_a_small_model() -> None:
    file = artifact.pack(rounded(RESNET, 3), Recipe(model=RESNET))
    assert len(file.data) - sum(tensor.bytes for tensor in file.tensors) < 150


def test_three_bits_take_less_than_three_bits() -> None:
    """Against three bits a weight and two bytes for each scale and bias."""
    file = artifact.pack(rounded(RESNET, 3), Recipe(model=RESNET))
    weights = [tensor for tensor in file.tensors if tensor.name.endswith("weight")]
    others = [tensor for tensor in file.tensors if not tensor.name.endswith("weight")]
    by_hand = sum(3 * t.values / 8 + 2 * t.shape[0] for t in weights)
    assert 0.5 * by_hand < sum(t.bytes for t in weights) < 0.9 * by_hand
    assert sum(t.bytes for t in others) <= 2 * sum(t.values for t in others)
    assert {(t.bits, t.format) for t in weights} == {(3, "int3")}
    assert {(t.bits, t.format) for t in others} == {(16, "E5M10")}


def test_a_new_process_computes_the_same_bits(tmp_path) -> None:
    compressed = rounded(RESNET, 3)
    (tmp_path / "model").write_bytes(artifact.pack(compressed, Recipe(model=RESNET)).data)
    code = f"""if True:
        import pathlib, torch
        from compression import artifact
        model, _ = artifact.unpack(pathlib.Path({str(tmp_path / "model")!r}).read_bytes())
        with torch.inference_mode():
            print(model.module(torch.linspace(-1, 1, 784).reshape(1, 1, 28, 28)).numpy().tobytes().hex())
    """
    found = subprocess.check_output([sys.executable, "-c", code], text=True).strip()
    with torch.inference_mode():
        wanted = compressed.module(torch.linspace(-1, 1, 784).reshape(1, 1, 28, 28))
    assert found == wanted.numpy().tobytes().hex()


def test_how_activations_are_rounded_comes_back() -> None:
    activations = {
        "net.0": ActivationFormat(8, 0.0, float(np.float32(0.1)), "entropy"),
        "net.2": ActivationFormat(4, -1.1, 2.7),
    }
    compressed = Compressed(model_card(MODEL), models.load(MODEL))
    names = [name for name, _ in compressed.module.named_modules() if name][: len(activations)]
    activations = dict(zip(names, activations.values(), strict=True))
    file = artifact.pack(replace(compressed, activations=activations), Recipe(model=MODEL))
    assert artifact.unpack(file.data)[0].activations == activations
    assert len(file.data) <= len(packed().data) + 8 + 16 + 40


def test_the_format_is_what_its_magic_says() -> None:
    """If this fails, files of before can no longer be read: raise the number in MAGIC."""
    assert artifact.MAGIC == b"CALAB2"
    assert zlib.crc32(header._WORDS) == 2984431702
    assert header.read(header.write({"a": [1, 2.5, "x"]})) == {"a": [1, 2.5, "x"]}


def test_a_weight_off_its_grid_is_not_packed() -> None:
    compressed = rounded(MODEL, 4)
    name = weight_names(compressed.module)[0]
    compressed.module.get_parameter(name).data[0, 0] = 0.1234
    with pytest.raises(ValueError, match=f"{name} can't be packed: 1 of"):
        artifact.pack(compressed, Recipe(model=MODEL))


def test_a_model_with_batch_norms_is_not_packed() -> None:
    compressed = Compressed(model_card(RESNET), models.load(RESNET))
    with pytest.raises(ValueError, match="Fold"):
        artifact.pack(compressed, Recipe(model=RESNET))
    assert artifact.pack(fold_batch_norm(compressed), Recipe(model=RESNET)).data


@pytest.mark.parametrize(
    "data",
    [b"", b"CALAB2", b"PK\3\4" + b"x" * 100, b"CALAB1" + b"\0" * 50, b"CALAB9" + b"\0" * 50],
)
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
    contents = header.read(data[18 : 18 + length])
    change(contents)
    head = header.write(contents)
    prefix = struct.pack("<6sIII", artifact.MAGIC, len(head), zlib.crc32(head), payload_sum)
    return prefix + head + data[18 + length :]


def tensor(index: int, value):
    return lambda contents: contents["tensors"][0].__setitem__(index, value)


def activation(*row):
    return lambda contents: contents.update({"activations": [list(row)]})


HOSTILE = {
    "a layout that isn't": tensor(0, 77),
    "a layout from the end": tensor(0, -1),
    "a masked tensor without a mask": tensor(0, 2),
    "entropy-coded floats": tensor(0, 1),
    "a negative length": tensor(1, -4),
    "a huge length": tensor(1, 10**12),
    "a length in words": tensor(1, "many"),
    "a grid without scales": lambda h: h["tensors"][0].append(["i", -7, 7, 1]),
    "a grid of 2**40 levels": lambda h: h["tensors"][0].extend([["c", 2**40], [0, 0, "s"], []]),
    "an empty row": lambda h: h["tensors"].__setitem__(0, []),
    "a number for a row": lambda h: h["tensors"].__setitem__(0, 5),
    "an unknown model": lambda h: h["recipe"].__setitem__("model", "../../etc/passwd"),
    "another model's tensors": lambda h: h["recipe"].__setitem__("model", "digits/cnn"),
    "another fingerprint": lambda h: h.__setitem__("model", 1),
    "no tensors": lambda h: h.__setitem__("tensors", []),
    "one tensor less": lambda h: h["tensors"].pop(),
    "no recipe": lambda h: h.pop("recipe"),
    "a list for a recipe": lambda h: h.__setitem__("recipe", [1]),
    "a table of tensors": lambda h: h.update({"tensors": {"a": 1}}),
    "an activation of no layer": activation(10**6, 8, "mse", 4),
    "an activation of layer 1.5": activation(1.5, 8, "mse", 4),
    "an activation of 99 bits": activation(1, 99, "mse", 4),
    "an activation's range in three bytes": activation(1, 8, "mse", 3),
    "an activation without a range": activation(1, 8, "mse", 4),
    "half an activation": activation(1, 8),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_refused_in_one_sentence(change) -> None:
    with pytest.raises(ArtifactError) as refusal:
        artifact.unpack(rewritten(change))
    assert "\n" not in str(refusal.value)


ODD = [None, True, -1, 3, 2**63, 1.5, "", "H", [], [[]], {}, ["c", 4], [1, 0, "H"], ["e", -5, 3, 1]]


@settings(max_examples=80, deadline=None)
@given(st.randoms(use_true_random=False))
def test_whatever_a_valid_checksum_covers_is_refused_or_loaded(random) -> None:
    data = three_bits()
    _, length, *_ = struct.unpack_from("<6sIII", data)
    contents, payload = header.read(data[18 : 18 + length]), bytearray(data[18 + length :])
    row = random.choice(contents["tensors"])
    part = random.choice([row, *(item for item in row if isinstance(item, list) and item)])
    part[random.randrange(len(part))] = random.choice(ODD)
    payload[random.randrange(len(payload))] = random.randrange(256)
    head = header.write(contents)
    prefix = struct.pack("<6sIII", artifact.MAGIC, len(head), zlib.crc32(head), zlib.crc32(payload))
    try:
        model, _ = artifact.unpack(prefix + head + bytes(payload))
    except ArtifactError as refusal:
        assert "\n" not in str(refusal)
    else:
        assert model.model.id == MODEL


def test_a_header_that_inflates_without_end_is_refused() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = packer.compress(b" " * 50_000_000) + packer.flush()
    prefix = struct.pack("<6sIII", artifact.MAGIC, len(text), zlib.crc32(text), zlib.crc32(b""))
    with pytest.raises(ArtifactError):
        artifact.unpack(prefix + text)


def test_nothing_in_a_file_is_executed() -> None:
    reloaded, _ = artifact.unpack(packed().data)
    assert all(isinstance(value, torch.Tensor) for value in reloaded.module.state_dict().values())
