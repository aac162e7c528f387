"""A model's needs beside what a chip has: storage, working memory and time, recipe after recipe."""

from __future__ import annotations

from compression.devices import Wishes, device_named, fit
from compression.devices.fit import duration
from compression.lessons.figures import ORIGINAL, Figures
from compression.lessons.pictures.shown import Frame, Shown, bars, size

DEVICE, DEADLINE_MS, TOP = "stm32g0b1", 200.0, 10.0
WORDS = {"flash": "storage", "RAM": "memory", "time": "time"}


def budget(figures: Figures) -> Shown:
    """Shares of three limits for the original and each named recipe; above 1 a limit is broken."""
    device = device_named(DEVICE)
    wishes = Wishes(deadline_ms=DEADLINE_MS)
    frames, binding, over = [], "", ""
    for name in (ORIGINAL, *figures.lesson.points):
        found = fit(figures.point(name), device, wishes)
        by_name = {WORDS[limit.name]: limit for limit in found.limits}
        uses = [by_name[word].use for word in WORDS.values()]
        texts = [_said(by_name[word].needed, by_name[word].unit) for word in WORDS.values()]
        broken = [word for word in WORDS.values() if not by_name[word].kept]
        first = WORDS[found.limits[0].name]
        if name == ORIGINAL:
            binding, over = first, f"{found.limits[0].use:.1f}"
        values = {
            "recipe": figures.point(name).recipe.describe(), "binding": first,
            "verdict": "It fits" if not broken else f"It doesn't fit: {' and '.join(broken)}",
            "accuracy": figures.text(f"{name}.accuracy"), "time": texts[2], "storage": texts[0],
        }  # fmt: skip
        frames.append(Frame(values, [{
            "values": [min(use, TOP) for use in uses], "texts": texts,
            "states": ["over" if use > 1 else "strong" for use in uses],
        }]))  # fmt: skip
    assert device.flash_bytes is not None
    facts = {
        "budget.binding": binding, "budget.over": over, "budget.device": device.title,
        "budget.storage": size(device.flash_bytes.value), "budget.memory": size(device.ram_bytes.value),
        "budget.deadline": duration(DEADLINE_MS / 1000),
    }  # fmt: skip
    limits = [facts["budget.storage"], facts["budget.memory"], facts["budget.deadline"]]
    panel = bars(
        "Share of each limit", ["Storage", "Memory", "Time"], TOP, limit=1.0, limits=limits
    )
    return Shown([panel], frames, facts)


def _said(needed: float, unit: str) -> str:
    return size(needed) if unit == "bytes" else duration(needed / 1000)
