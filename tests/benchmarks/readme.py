"""Writes the README's tables from the measured one: what is chosen of it, and what its rows are called there.

python -m tests.benchmarks.readme table.json README.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.pivot import Name, Pivot, accuracy, size, span
from tests.benchmarks.pruning.ours import RATIOS, SPARSITIES, fewer, in_bits, zeros
from tests.benchmarks.quantization.widths import BITS, WIDTHS, named
from tests.benchmarks.table import Key, Seeds, by_key, line, read

RESNET, TRANSFORMER, LENET = (
    "fashion-mnist/resnet8",
    "fashion-mnist/vit-tiny",
    "fashion-mnist/lenet-300-100",
)
DENSE_BYTES = 311_016
"""Four for each of ResNet-8's 77,754 parameters."""
OTHERS = ("fashion-mnist/lenet5", "fashion-mnist/ds-cnn", TRANSFORMER, "watch/gru")
NEW_NORMS = "L2, batch norms re-estimated"
DEFAULT = ("ours", "refit + bias (default)")

WEIGHTS = Pivot(
    "weights",
    {
        "**ours, chosen together and refitted**": ("ours", "joint (default)"),
        "ours, chosen by rank and refitted": ("ours", "refit"),
        "`torch.nn.utils.prune`, smallest of all layers": ("torch.nn.utils.prune", "L1, global"),
        "the same, batch norms re-estimated": (
            "torch.nn.utils.prune",
            f"L1, global{NEW_NORMS[2:]}",
        ),
    },
    {f"{sparsity:.0%} zeros": zeros(sparsity) for sparsity in SPARSITIES},
    model=RESNET,
)
CHANNELS = Pivot(
    "channels",
    {
        "ours, refitted": ("ours", "refit (default)"),
        "ours, refitted, equal shares of all layers": ("ours", "refit, equal shares"),
        "torch-pruning, L2": ("torch-pruning", "L2"),
        "torch-pruning, batch norms re-estimated": ("torch-pruning", NEW_NORMS),
        "ours, self-distilled (4,000 images)": ("ours", "distil"),
        "ours, self-distilled, equal shares": ("ours", "distil, equal shares"),
        "torch-pruning, self-distilled by the same loop": ("torch-pruning", "L2, self-distilled"),
    },
    {f"{ratio:.0%} fewer": fewer(ratio) for ratio in RATIOS},
    model=RESNET,
)
QUANTIZATION = Pivot(
    "bits",
    {
        "round to nearest": ("ours", "nearest"),
        "round to nearest, finer steps (Brevitas)": ("Brevitas", "nearest"),
        "**ours, the default (`refit`)**": DEFAULT,
        "ours, AdaRound": ("ours", "adaround + bias"),
        "Brevitas, GPTQ": ("Brevitas", "gptq + bias"),
        "Brevitas, Qronos with zero points": ("Brevitas", "qronos + bias (zero points)"),
        "Brevitas, learned rounding": ("Brevitas", "learned round + bias"),
        "AIMET-ONNX, sequential MSE": ("AIMET-ONNX", "sequential mse"),
        "AIMET-ONNX, AdaRound, 2,400 iterations": ("AIMET-ONNX", "adaround, 2,400 iterations"),
        "AIMET-ONNX, sequential MSE, then AdaRound, 15,000": (
            "AIMET-ONNX",
            "sequential mse, adaround",
        ),
        "NNCF + OpenVINO, `compress_weights` (convolutions stay at 8 bits)": (
            "NNCF + OpenVINO",
            "compress_weights",
        ),
    },
    {f"{bits} bits": f"{bits} bits" for bits in BITS},
    bytes_at="2 bits",
    model=RESNET,
)
ACTIVATIONS = {
    "**ours**": DEFAULT,
    "Brevitas, GPTQ": ("Brevitas", "gptq + bias"),
    "Brevitas, Qronos with zero points": ("Brevitas", "qronos + bias (zero points)"),
    "AIMET-ONNX, sequential MSE": ("AIMET-ONNX", "sequential mse"),
    "ONNX Runtime, static": ("ONNX Runtime", "static, minmax"),
    "NNCF + OpenVINO": ("NNCF + OpenVINO", "quantize, fast bias correction"),
}
PUBLISHED = Pivot(
    "published",
    {
        "smallest removed, as published": ("smallest removed", ""),
        "neuron merging, as published": ("neuron merging", ""),
        "LBYL, as published": ("LBYL", ""),
        "ours, the same widths": ("ours", "same widths"),
        "ours, as many parameters": ("ours", "as many parameters"),
        "ours, the same widths, no image": ("ours", "same widths, no image"),
        "ours, as many parameters, no image": ("ours", "as many parameters, no image"),
    },
    {f"{share:.0%} fewer": f"{share:.0%} fewer units" for share in (0.5, 0.6, 0.7, 0.8)},
    model=LENET,
)
OURS, DISTILLED = ("ours", "without labels"), ("ours", "self-distilled")
PRUNED, LEARNED = (
    ("torch-pruning + nearest", NEW_NORMS),
    ("torch-pruning + nearest", "L2, self-distilled"),
)
FILES: Sequence[tuple[str, str, Name, str]] = (
    ("`ratio=0.1`, then `bits=2`", "512", OURS, in_bits(0.1, 2)),
    ("`ratio=0.28`, then `bits=2`", "512", OURS, in_bits(0.28, 2)),
    ("`ratio=0.33`, then `bits=1.58`", "512", OURS, in_bits(0.33, 1.58)),
    ("`ratio=0.38,repair=distil`, then `bits=2`", "4,000", DISTILLED, in_bits(0.38, 2)),
    ("round to nearest, 8 bits", "0", ("nearest", "nearest"), in_bits(0, 8)),
    ("round to nearest, 4 bits", "0", ("nearest", "nearest"), in_bits(0, 4)),
    ("round to nearest, 3 bits", "0", ("nearest", "nearest, finer"), in_bits(0, 3)),
    ("torch-pruning 30 %, batch norms re-estimated, 8 bits", "512", PRUNED, in_bits(0.3, 8)),
    ("torch-pruning 30 %, self-distilled, 8 bits", "4,000", LEARNED, in_bits(0.3, 8)),
    ("torch-pruning 30 %, self-distilled, 4 bits", "4,000", LEARNED, in_bits(0.3, 4)),
    ("torch-pruning 50 %, self-distilled, 8 bits", "4,000", LEARNED, in_bits(0.5, 8)),
    (
        "ONNX Runtime int8 (activations too)",
        "512",
        ("ONNX Runtime", "static, minmax"),
        "0% fewer channels, int8",
    ),
)
"""Steps, images, and the rows' names."""


def files(found: Mapping[Key, Seeds]) -> str:
    """What one file costs."""
    head = ["steps", "images", "file", "smaller", "accuracy", "points lost", "CPU seconds"]
    before = found["bytes", RESNET, "original", "", ""].mean
    lines = [line(head), line(["---"] * len(head))]
    for label, images, name, setting in FILES:
        seeds = found[("bytes", RESNET, *name, setting)]
        assert seeds.bytes
        times = f"{DENSE_BYTES / seeds.bytes:.0f}x"
        lost = max(0.0, before - seeds.mean)
        cells = [
            label,
            images,
            size(seeds),
            times,
            seeds.accuracy,
            f"{lost:.1f}",
            span([seeds.cpu_s or 0]),
        ]
        lines.append(line(cells))
    return "\n".join(lines)


def other_models(found: Mapping[Key, Seeds]) -> str:
    """Our default on each."""
    head = ["model", "original", *(f"{bits} bits" for bits in BITS)]
    lines = [line(head), line(["---"] * len(head))]
    for model in OTHERS:
        cells = [found[("bits", model, *DEFAULT, f"{bits} bits")].accuracy for bits in BITS]
        lines.append(
            line([f"`{model}`", found["bits", model, "original", "", ""].accuracy, *cells])
        )
    return "\n".join(lines)


def activations(found: Mapping[Key, Seeds]) -> str:
    """Each model's widths side by side."""
    widths = [named(*widths) for widths in WIDTHS]
    models = {"ResNet-8": RESNET, "ViT-tiny": TRANSFORMER}
    head = ["", *(f"{name} {width}" for name in models for width in widths)]
    lines = [line(head), line(["---"] * len(head))]
    for label, name in ACTIVATIONS.items():
        cells = [
            found.get(("activations", model, *name, width))
            for model in models.values()
            for width in widths
        ]
        if any(cells):
            lines.append(line([label, *map(accuracy, cells)]))
    return "\n".join(lines)


def tables(found: Mapping[Key, Seeds]) -> dict[str, str]:
    """Each of the README's tables by the name in its marks."""
    return {
        "files": files(found),
        "zeros": WEIGHTS.text(found),
        "channels": CHANNELS.text(found),
        "published": PUBLISHED.text(found),
        "bits": QUANTIZATION.text(found),
        "other models": other_models(found),
        "activations": activations(found),
    }


def written(text: str, made: Mapping[str, str]) -> str:
    """The README with these tables between their marks; ValueError where one has no marks."""
    for name, table in made.items():
        marks = re.compile(rf"(<!-- {name}: .*? -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        text, count = marks.subn(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)
        if count != 1:
            raise ValueError(
                f"The README needs the marks of {name} once, and has them {count} times."
            )
    return text


if __name__ == "__main__":
    table, readme = (Path(argument) for argument in sys.argv[1:])
    made = tables(by_key(read(table)))
    readme.write_text(written(readme.read_text(encoding="utf-8"), made), encoding="utf-8")
