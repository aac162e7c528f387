"""Draws the front of the README from a measured table: accuracy against how many times smaller the file is.

python -m tests.benchmarks.pruning.picture table.json assets/pictures/front.svg
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from tests.benchmarks.table import Row, Seeds, by_key, read

DENSE_BYTES = 311_016
"""Four for each of ResNet-8's 77,754 parameters."""
ORIGINAL = 92.73
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 420, 62, 24, 46, 52
TIMES, PERCENT = (2.5, 100), (60, 94)
SERIES = (
    ("Compact AI Lab, 512 unlabelled images", "#1668dc", "", ("ours", "without labels")),
    ("the same, self-distilled with 4,000", "#08979c", "", ("ours", "self-distilled")),
    ("round to nearest", "#d46b08", "6 4", ("nearest", "nearest")),
    ("torch-pruning 30 %, distilled, rounded", "#8c8c8c", "6 4", ("torch-pruning + nearest", "L2, self-distilled")),
    ("ONNX Runtime int8", "#531dab", "2 3", ("ONNX Runtime", "static, minmax")),
)  # fmt: skip
"""What is drawn: label, color, dashes, and the rows' tool and method."""


def picture(rows: Sequence[Row]) -> str:
    """The SVG: a dot at the mean of the seeds, a line over their range; what lies below is left out."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="Arial, Helvetica, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_axes(),
    ]
    for number, (label, color, dashes, (tool, method)) in enumerate(SERIES):
        found = [
            row
            for row in rows
            if (row.part, row.tool) == ("bytes", tool)
            and row.method in (method, f"{method}, finer")
        ]
        if tool.startswith("torch-pruning"):
            found = [row for row in found if row.setting.startswith("30%")]
        parts += _series(_best(found), color, dashes)
        parts += _legend(number, label, color, dashes)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _best(rows: Sequence[Row]) -> list[Seeds]:
    """Of each setting the better of two ways to round, the largest file first."""
    best: dict[str, Seeds] = {}
    for (*_, setting), seeds in by_key(rows).items():
        best[setting] = max(best.get(setting, seeds), seeds, key=lambda some: some.mean)
    return sorted((some for some in best.values() if some.mean >= PERCENT[0]), key=_times)


def _times(seeds: Seeds) -> float:
    """How many times smaller the file is."""
    return DENSE_BYTES / (seeds.bytes or 1)


def _x(times: float) -> float:
    share = math.log(times / TIMES[0]) / math.log(TIMES[1] / TIMES[0])
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(percent: float) -> float:
    share = (percent - PERCENT[0]) / (PERCENT[1] - PERCENT[0])
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _axes() -> list[str]:
    lines = [_text(LEFT, 24, "ResNet-8 on Fashion-MNIST: accuracy on 10,000 test images", size=15)]
    for percent in range(60, 95, 5):
        lines.append(_line(LEFT, _y(percent), WIDTH - RIGHT, _y(percent), "#e5e5e5"))
        lines.append(_text(LEFT - 8, _y(percent) + 4, f"{percent} %", anchor="end"))
    for times in (3, 5, 10, 20, 30, 40, 60, 100):
        lines.append(_line(_x(times), TOP, _x(times), HEIGHT - BOTTOM, "#e5e5e5"))
        lines.append(_text(_x(times), HEIGHT - BOTTOM + 18, f"{times}x", anchor="middle"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    told = "times smaller than its weights in 32-bit floats"
    lines.append(_text(middle, HEIGHT - 12, told, anchor="middle"))
    lines.append(_line(LEFT, _y(ORIGINAL), WIDTH - RIGHT, _y(ORIGINAL), "#555555", "2 3"))
    lines.append(_text(WIDTH - RIGHT, _y(ORIGINAL) - 6, f"original {ORIGINAL} %", anchor="end"))
    return lines


def _series(measured: Sequence[Seeds], color: str, dashes: str) -> list[str]:
    path = " ".join(f"{_x(_times(seeds)):.1f},{_y(seeds.mean):.1f}" for seeds in measured)
    lines = [
        f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2" stroke-dasharray="{dashes}"/>'
    ]
    for seeds in measured:
        x, (low, *_, high) = _x(_times(seeds)), [*seeds.accuracies, seeds.accuracies[-1]]
        told = f"{_times(seeds):.1f}x smaller, {seeds.accuracy} %"
        lines.append(_line(x, _y(max(low, PERCENT[0])), x, _y(high), color))
        lines.append(
            f'<circle cx="{x:.1f}" cy="{_y(seeds.mean):.1f}" r="4" fill="{color}">'
            f"<title>{told}</title></circle>"
        )
    return lines


def _legend(number: int, label: str, color: str, dashes: str) -> list[str]:
    x, y = LEFT + 20, HEIGHT - BOTTOM - 34 - 20 * (len(SERIES) - 1 - number)
    return [_line(x, y - 4, x + 26, y - 4, color, dashes, 2.5), _text(x + 34, y, label)]


def _line(
    x1: float, y1: float, x2: float, y2: float, color: str, dashes: str = "", width: float = 1
) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" '
        f'stroke-width="{width}" stroke-dasharray="{dashes}"/>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 13) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="#333333">'
        f"{escape(text)}</text>"
    )


if __name__ == "__main__":
    table, target = sys.argv[1:]
    Path(target).write_text(picture(read(Path(table))), encoding="utf-8")
