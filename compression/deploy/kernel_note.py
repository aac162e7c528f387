"""Why a deployed model is as fast as it is, in one or two sentences beside its speed-up; and what a file computes."""

from __future__ import annotations

from compression.deploy.deployment import Deployment, Part
from compression.deploy.kernels import words
from compression.encoding import Grid
from compression.models.compressed import Compressed, weight_names

SLOW = 0.95
"""A speed-up that is at most this is slower than noise can explain."""

EXPANDED = "become 32-bit floats when loaded"


def kernel_note(compressed: Compressed, deployed: Deployment, *, at_most: float | None) -> str:
    """What this runtime computes in, and why; empty for an uncompressed model.

    `at_most` is the upper end of the speed-up's interval: only what is surely slower is said to be.
    """
    if deployed.is_int8:
        return " ".join(_of_int8(compressed, deployed, at_most))
    grids = _grids(compressed)
    if compressed.activations:
        loaded = f"weights {EXPANDED}" if grids else "it runs in 32-bit floats"
        return (
            f"{deployed.reason} The file computes in 32-bit floats: {loaded}. The accuracy is that of rounding "
            "simulated exactly; the deployed accuracy is the file's."
        )
    if grids and all(grid.is_integer and grid.bits <= 8 and not grid.group for grid in grids):
        return f"Weights {EXPANDED}; activations of 8 bits would use int8 kernels."
    if grids:
        return f"There is no kernel for {_all_words(grids)} here: weights {EXPANDED}."
    names = weight_names(compressed.module)
    zeros = sum(int((compressed.module.get_parameter(name) == 0).sum()) for name in names)
    total = sum(compressed.module.get_parameter(name).numel() for name in names)
    if zeros > 0.01 * total:
        return "ONNX Runtime multiplies zeros too: they save bytes, not time."
    return ""


def export_note(part: Part, *, of: Compressed) -> str:
    """What the ONNX file of a model runs in; of a sliced one it is the whole, which has no early exits."""
    if of.exits is not None:
        return (
            "The file computes in 32-bit floats. It is the whole model, not cut into stages and without its early "
            "exits: it answers as the last stage does."
        )
    whole = " It is the whole model, not cut into stages." * (of.slicing is not None)
    return _computes_in(part) + whole


def _computes_in(part: Part) -> str:
    if part.is_int8:
        return "The file computes in 8-bit integer kernels, and has the accuracy and the speed that are measured."
    if part.is_exact:
        return "The file computes in 32-bit floats, and has the accuracy and the speed that are measured."
    return (
        "The file rounds activations in 32-bit floats, and has the accuracy that is measured; the one that is timed "
        f"leaves this rounding out, so it is faster and has the deployed accuracy. {part.reason}"
    )


def _of_int8(compressed: Compressed, deployed: Deployment, at_most: float | None) -> list[str]:
    grids = _grids(compressed)
    narrow = [grid for grid in grids if grid.bits < 8]
    widened = f", its {_all_words(narrow)} widened to 8 bits" if narrow else ""
    notes = [f"It computes in 8-bit integer kernels{widened}."]
    if layers := deployed.float_layers:
        verb = "stays" if len(layers) == 1 else "stay"
        notes.append(
            f"{' and '.join(layers)} {verb} in floats: with so few input channels the int8 kernel is slower."
        )
    if at_most is not None and at_most < SLOW:
        notes.append("In a model this small, rounding the activations takes longer than it saves.")
    return notes


def _grids(compressed: Compressed) -> list[Grid]:
    """Those of the weights: biases take part in no kernel's choice."""
    formats = (compressed.formats.get(name) for name in weight_names(compressed.module))
    return [number_format for number_format in formats if isinstance(number_format, Grid)]


def _all_words(grids: list[Grid]) -> str:
    """The one format there is; layers narrower than a group, which have one scale, count as the others."""
    phrases = sorted({words(grid) for grid in grids}, key=len)
    same = all(longer.startswith(phrases[0]) for longer in phrases)
    return phrases[-1] if same else "this mix of number formats"
