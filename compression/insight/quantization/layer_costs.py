"""What each layer costs at each number of bits: bytes of the packed file, and error of its outputs.

From this table ``allocation`` shares a budget out among the layers, at once and anew for each budget.
"""

from __future__ import annotations

from typing import Any

from compression import artifact
from compression.insight.quantization.before_and_after import pair
from compression.insight.quantization.one_layer import output_errors, rounded_alone
from compression.recipe import Recipe
from compression.subjects import Subject
from compression.techniques.shared.layerwise import layers, statistics

CHOICES = (1, 1.58, 2, 3, 4, 5, 6, 8)


def layer_costs(subject: Subject, recipe: Recipe) -> dict[str, Any]:
    """The table for the recipe's way to quantize; its own bits don't matter.

    ``other_bytes`` is the packed file without the weights: header, biases and what else it holds.
    """
    both = pair(subject, recipe)
    images, seed = both.calibration, both.recipe.seed
    every = layers(both.before.module)
    moments = statistics(both.before, images, seed=seed)
    rows: dict[str, dict[str, Any]] = {}
    for layer in every:
        row: dict[str, Any] = {"path": layer.path, "values": 0, "bytes": [], "errors": []}
        rows.setdefault(layer.path, row)["values"] += layer.weight.numel()
    for bits in CHOICES:
        each = dict.fromkeys((layer.name for layer in every), float(bits))
        rounded = rounded_alone(both.before, both.step, each, images, seed=seed)
        size = _sizes(artifact.pack(rounded, both.recipe))
        error = output_errors(both.before.module, rounded.module, moments)
        for path, row in rows.items():
            names = [layer.name for layer in every if layer.path == path]
            row["bytes"].append(sum(size[name] for name in names))
            row["errors"].append(sum(error[name] for name in names))
    packed = artifact.pack(both.after, both.recipe)
    other_bytes = len(packed.data) - sum(_sizes(packed)[layer.name] for layer in every)
    return {"bits": list(CHOICES), "layers": list(rows.values()), "other_bytes": other_bytes}


def _sizes(packed: artifact.Packed) -> dict[str, int]:
    return {tensor.name: tensor.bytes for tensor in packed.tensors}
