"""Why zeros make the file smaller and not the model faster here, with the point's own figures. Pure text."""

from __future__ import annotations

from compression.point import METRICS, Point
from pages.parts.shell.ratio_words import runs, size_change


def why_smaller(point: Point, original: Point) -> str:
    """What the zeros save in the file, and how they are stored."""
    size, before = point.value("size_bytes"), original.value("size_bytes")
    if not size or not before:
        return ""
    text = METRICS["size_bytes"].text
    zeros, values = _zeros(point)
    if not zeros:
        return f"**Nothing is zero yet:** the file holds all {values:,} values in {text(size)}."
    start = (
        f"**The file is {size_change(size, before)}: {text(size)} instead of {text(before)}.**"
        if size < before
        else f"**The file is no smaller ({text(size)}).**"
    )
    return f"{start} It holds the {values - zeros:,} weights and biases that are left, and {_how(point)}."


def why_not_faster(point: Point, macs: int, left: int) -> str:
    """What the zeros would save in time, and what they do."""
    speedup = point.value("speedup")
    count = METRICS["macs"].text
    if speedup is None:
        verdict = "**Its speed was not measured.**"
    else:
        measured = f" ({point.text('latency_ms')})" if point.value("latency_ms") else ""
        verdict = f"**It {runs(point)}{measured}**, and zeros have no part in that."
    wasted = (
        f"ONNX Runtime does all {count(macs)} multiplications of its layers for each input, those by zero too; "
        f"{count(left)} would be left if it skipped them."
        if left < macs
        else ""
    )
    return (
        f"{verdict} {wasted} Its kernels take 8 or 16 neighbouring weights at a time: to find out "
        "which of them are zero costs more than to multiply them, unless nearly all are. Patterns like 2:4 "
        "were made for hardware that skips them, the sparse tensor cores of some graphics cards; this "
        "processor's kernels know nothing of them. To be faster here, remove whole channels, as the page "
        "*Channel pruning* does."
    ).replace("  ", " ")


def what_a_pattern_leaves(pattern: str) -> str:
    """How a pattern falls on layers, for a table of them."""
    kept, of = pattern.split(":")
    return (
        f"{pattern} keeps at most {kept} of each {of} neighbouring input channels, at each place of a kernel. What "
        f"{of} doesn't divide is filled up with zeros: a layer with no more than {kept} input channels stays whole."
    )


def _zeros(point: Point) -> tuple[int, int]:
    values = sum(tensor.values for tensor in point.layers)
    return values - sum(tensor.nonzero for tensor in point.layers), values


def _how(point: Point) -> str:
    """The layout that stores most of the values with zeros among them, in words."""
    stored: dict[str, int] = {}
    for tensor in point.layers:
        if tensor.nonzero < tensor.values:
            stored[tensor.layout] = stored.get(tensor.layout, 0) + tensor.values
    if not stored:
        return "no zeros"
    layout = max(stored, key=lambda name: stored[name])
    if "bitmask" not in layout:
        return "zeros among them: for so few it would not pay to say where they are"
    mask = "a mask of where they stand, one bit for each weight"
    return f"{mask} before entropy coding" if "coded" in layout else mask
