"""A model on several devices: the place of a cut, and a round in which clients learn and are averaged."""

from __future__ import annotations

from compression.lessons.figures import Figures
from compression.lessons.made import made
from compression.lessons.pictures.shown import Frame, Shown, bars, listed, percent, size


def cut(figures: Figures) -> Shown:
    """One cut at every place: what each of two devices holds, and what travels between them."""
    told = made("cut")
    weights = [layer["weight_bytes"] for layer in told["layers"]]
    names = [layer["name"] for layer in told["layers"]]
    row = {
        "view": "blocks",
        "title": "The layers, as wide as their weights",
        "labels": names,
        "values": weights,
    }
    held = bars(
        "Weights that a device holds", ["first device", "second device"], float(sum(weights))
    )
    sent = bars("Sent for one answer", ["from first to second"], float(max(told["sent"])))
    frames = []
    for at, travels in enumerate(told["sent"], start=1):
        both = [float(sum(weights[:at])), float(sum(weights[at:]))]
        values = {
            "layer": names[at - 1], "one": size(both[0]), "two": size(both[1]), "sent": size(travels),
            "larger": size(max(both)),
        }  # fmt: skip
        frames.append(Frame(values, [
            {"cut": at},
            {"values": both, "texts": [size(v) for v in both], "states": ["plain", "strong"]},
            {"values": [travels], "texts": [size(travels)], "states": ["plain"]},
        ]))  # fmt: skip
    facts = {
        "cut.least": size(min(told["sent"])),
        "cut.most": size(max(told["sent"])),
        "cut.input": size(told["input"]),
    }
    return Shown([row, held, sent], frames, facts)


def averaged(figures: Figures) -> Shown:
    """One weight in every client's hands, and how good each model is: before, after training apart, averaged."""
    told = made("averaged")
    clients = len(told["weights"])
    names = [f"client {c + 1}" for c in range(clients)]
    values = [told["start"], told["mean"], *told["weights"]]
    margin = 0.15 * (max(values) - min(values))
    line = {"view": "line", "title": "One weight of the network", "levels": [],
            "start": [told["start"]] * (clients + 1),
            "low": min(values) - margin, "high": max(values) + margin,
            "names": [*names, "server"]}  # fmt: skip
    right = bars("Answers that are right, over all classes", [*names, "server"], 1.0)
    start, mean = told["accuracy_start"], told["accuracy_mean"]
    each = [
        f"{name.capitalize()} knows mostly {_kinds(counts)}"
        for name, counts in zip(names, told["classes"], strict=True)
    ]
    common = {
        "clients": str(clients), "start": percent(start), "mean": percent(mean), "kinds": each[0],
        "best": percent(max(told["accuracies"])), "worst": percent(min(told["accuracies"])),
    }  # fmt: skip
    moments = (
        ([told["start"]] * (clients + 1), [start] * (clients + 1)),
        ([*told["weights"], told["start"]], [*told["accuracies"], start]),
        ([*told["weights"], told["mean"]], [*told["accuracies"], mean]),
    )
    frames = []
    for number, (xs, shares) in enumerate(moments):
        states = [*(["plain"] * clients), "strong"]
        frames.append(Frame(common, [
            {"x": xs, "done": [], "active": clients if number == 2 else None},
            {"values": shares, "texts": [percent(s) for s in shares], "states": states},
        ]))  # fmt: skip
    facts = {f"averaged.{name}": text for name, text in common.items()}
    return Shown([line, right], frames, facts)


def _kinds(counts: list[int]) -> str:
    """The digits of which a client has most."""
    most = sorted(range(len(counts)), key=lambda k: -counts[k])[:2]
    return listed([f"{k}s" for k in sorted(most)])
