"""Weights themselves: nine of them going to their levels, a layer losing channels, scores being softened."""

from __future__ import annotations

import math

from compression.lessons.figures import Figures
from compression.lessons.made import made
from compression.lessons.pictures.shown import Frame, Shown, bars, listed, percent

TEMPERATURES = (1, 2, 4, 8, 16)
ROOM = 1.7
"""Above the strongest channel before any goes; the last few outgrow it."""


def kernel(figures: Figures) -> Shown:
    """Nine weights of one filter, one after the other; each time the others move to make up for the error."""
    told = made("kernel")
    levels, order, start = told["levels"], told["order"], told["weights"]
    stands = [start, *told["frames"]]
    reach = 1.08 * max(abs(x) for x in (*levels, *(x for row in stands for x in row)))
    line = {"view": "line", "title": "Nine weights of one filter", "levels": levels, "start": start,
            "low": -reach, "high": reach, "shape": [3, 3]}  # fmt: skip
    error = bars("Error of what the filter puts out", ["nearest level for each", "each makes up for the others"],
                 max(told["nearest_error"], told["error"]))  # fmt: skip
    frames = []
    for at, row in enumerate(stands):
        done = order[:at]
        is_last = at == len(stands) - 1
        values = {"left": str(len(start) - at), "count": str(at)}
        if at:
            place = order[at - 1]
            before = stands[at - 1][place]
            values |= {
                "weight": f"{before:.2f}".replace("-", "−"),
                "level": f"{row[place]:.2f}".replace("-", "−"),
            }
        errors = [told["nearest_error"], told["error"]]
        show = {"x": row, "done": done, "active": order[at - 1] if at else None}
        found = {
            "values": errors,
            "texts": [percent(e) for e in errors],
            "states": ["plain", "strong"],
        }
        frames.append(Frame(values, [show, found if is_last else None]))
    nearest, best = told["nearest"], stands[-1]
    facts = {
        "kernel.levels": str(len(levels)),
        "kernel.weights": str(len(start)),
        "kernel.nearest_error": percent(told["nearest_error"]),
        "kernel.error": percent(told["error"]),
        "kernel.other": str(sum(abs(a - b) > 1e-6 for a, b in zip(nearest, best, strict=True))),
    }
    return Shown([line, error], frames, facts)


def channel(figures: Figures) -> Shown:
    """Channels leave a layer, the one that is missed least first; the others are refitted, or not."""
    told = made("channel")
    frames_told = told["frames"]
    count = told["channels"]
    top = ROOM * max(frames_told[0]["strength"])
    strengths = bars("How strong each channel's weights are", [f"channel {c + 1}" for c in range(count)], top,
                     ghost=frames_told[0]["strength"], upright=True)  # fmt: skip
    right = bars("Answers that are right", ["the others refitted", "the others left alone"], 1.0)
    frames, gone = [], []
    for frame in frames_told:
        if frame["gone"] is not None:
            gone.append(frame["gone"])
        states = ["gone" if c in gone else "plain" for c in range(count)]
        values = {
            "gone": str(len(gone)), "of": str(count), "channel": str(1 + (gone[-1] if gone else 0)),
            "refitted": percent(frame["accuracy"]), "plain": percent(frame["plain_accuracy"]),
        }  # fmt: skip
        shares = [frame["accuracy"], frame["plain_accuracy"]]
        frames.append(Frame(values, [
            {"values": frame["strength"], "texts": [""] * count, "states": states},
            {"values": shares, "texts": [percent(s) for s in shares], "states": ["strong", "plain"]},
        ]))  # fmt: skip
    half = frames_told[count // 2]
    facts = {
        "channel.count": str(count),
        "channel.half": str(count // 2),
        "channel.half_refitted": percent(half["accuracy"]),
        "channel.half_plain": percent(half["plain_accuracy"]),
        "channel.layer": told["layer"],
    }
    return Shown([strengths, right], frames, facts)


def warmed(figures: Figures) -> Shown:
    """One picture's scores divided by a rising temperature."""
    told = made("warmed")
    names, label = told["classes"], told["label"]
    picture = {"view": "pictures", "title": f"It is: {names[label].lower()}", "large": True}
    answer = bars("What the teacher says", names, 1.0)
    frames = []
    for temperature in TEMPERATURES:
        shares = softened(told["logits"], temperature)
        first, second, third = sorted(range(len(shares)), key=lambda k: -shares[k])[:3]
        values = {
            "temperature": str(temperature), "first": names[first].lower(), "first_share": percent(shares[first]),
            "second": names[second].lower(), "third": names[third].lower(), "others": percent(1 - shares[first]),
        }  # fmt: skip
        states = ["strong" if k == label else "plain" for k in range(len(names))]
        texts = [percent(s) for s in shares]
        frames.append(Frame(values, [
            {"items": [{"image": told["image"], "caption": f"temperature {temperature}", "state": "plain"}]},
            {"values": shares, "texts": texts, "states": states},
        ]))  # fmt: skip
    shares = softened(told["logits"], TEMPERATURES[0])
    order = sorted(range(len(shares)), key=lambda k: -shares[k])
    facts = {"warmed.likely": listed([names[k].lower() for k in order[:3]])}
    return Shown([picture, answer], frames, facts)


def softened(logits: list[float], temperature: float) -> list[float]:
    """softmax(logits / T) (Hinton et al., 2015, arXiv:1503.02531)."""
    raised = [math.exp((value - max(logits)) / temperature) for value in logits]
    return [value / sum(raised) for value in raised]
