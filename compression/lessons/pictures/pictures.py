"""Real test pictures: which class loses most, which answers flip, how an attack turns one."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path
from typing import Any

from compression.errors import UsageError
from compression.lessons.figures import ORIGINAL, Figures
from compression.lessons.made import made
from compression.lessons.pictures.shown import Frame, Shown, bars, percent
from compression.models.catalogue import model_card
from compression.point.shown import answers_in

EXAMPLES = Path(__file__).parents[3] / "assets" / "examples"
AT = "prune-channels:ratio=0.7"
"""The recipe whose loss by class is revealed."""
STRONG = 0.02
"""How far the attack of which the texts speak moves a pixel."""
UNDER = {"rough": "quantize:bits=2", "narrow": "prune-channels"}


def classes(figures: Figures) -> Shown:
    """Points that each class loses."""
    told = made("classes")
    before, after, counted = told["right"][""], told["right"][AT], told["counted"]
    lost = [(b - a) / n for b, a, n in zip(before, after, counted, strict=True)]
    names = told["classes"]
    order = sorted(range(len(names)), key=lambda k: -lost[k])
    panel = bars("Points of accuracy that each class loses", [names[k] for k in order], max(lost))
    texts = [f"{100 * lost[k]:.1f}" for k in order]
    states = ["strong" if at == 0 else "plain" for at in range(len(order))]
    worst, least = order[0], order[-1]
    facts = {
        "classes.worst": _slug(names[worst]), "classes.worst_name": names[worst].lower(),
        "classes.worst_lost": f"{100 * lost[worst]:.1f} points",
        "classes.worst_before": percent(before[worst] / counted[worst]),
        "classes.worst_after": percent(after[worst] / counted[worst]),
        "classes.least_name": names[least].lower(), "classes.least_lost": f"{100 * lost[least]:.1f} points",
        "classes.mean_lost": f"{100 * sum(lost) / len(lost):.1f} points",
        "classes.counted": f"{counted[worst]:,}",
    }  # fmt: skip
    show = {"values": [max(0.0, lost[k]) for k in order], "texts": texts, "states": states}
    return Shown([panel], [Frame({}, [show])], facts)


def flips(figures: Figures) -> Shown:
    """The shown examples, and which of their answers flip from one recipe to the next."""
    examples = _examples(model_card(figures.lesson.model).dataset)
    names, labels = examples["classes"], examples["labels"]
    first = answers_in(figures.point(ORIGINAL).shown)
    panel = {"view": "pictures", "title": "Test pictures, and what the network says", "large": False,
             "images": examples["pictures"], "side": examples["side"]}  # fmt: skip
    frames = []
    for name in (ORIGINAL, *figures.lesson.points):
        answers = answers_in(figures.point(name).shown)
        if not answers:
            raise UsageError(f"{name} kept no answers to the shown examples: measure it again.")
        items, lost = [], 0
        for label, was, now in zip(labels, first, answers, strict=True):
            said = "nothing" if now.answered is None else names[now.answered]
            is_right = now.answered == label
            flipped = was.answered != now.answered
            lost += flipped and was.answered == label
            state = "flipped" if flipped else "right" if is_right else "wrong"
            items.append({"caption": said, "state": state, "label": names[label]})
        ratio = "" if name == ORIGINAL else figures.text(f"{name}.ratio")
        values = {
            "accuracy": figures.text(f"{name}.accuracy"), "lost": str(lost), "ratio": ratio,
            "count": str(len(items)),
        }  # fmt: skip
        frames.append(Frame(values, [{"items": items}]))
    return Shown([panel], frames, {"flips.count": str(len(labels))})


def attack(figures: Figures) -> Shown:
    """Pictures that an attacker moves further and further, and what the network says."""
    told = made("attacked")
    names = told["classes"]
    frames = []
    for at, level in enumerate(told["levels"]):
        items, said = [], []
        for example in told["examples"]:
            moment = example["levels"][at]
            name = names[moment["said"]]
            is_right = moment["said"] == example["label"]
            said.append(f"“{name.lower()}” ({percent(moment['sure'])} sure)")
            items.append({
                "image": moment["image"], "caption": f"{name}, {percent(moment['sure'])}",
                "state": "right" if is_right else "flipped", "label": names[example["label"]],
            })  # fmt: skip
        values = {
            "level": percent(level),
            "said": said[0],
            "truth": names[told["examples"][0]["label"]].lower(),
        }
        frames.append(Frame(values, [{"items": items}]))
    panel = {"view": "pictures", "title": "Two test pictures, moved by the attacker", "large": True}
    strong = told["levels"].index(STRONG)
    facts = {
        "attack.counted": str(told["counted"]), "attack.level": percent(STRONG),
        "attack.original": percent(told["original"][strong]["value"]),
        **{f"attack.{name}": percent(told["compressed"][steps][strong]["value"]) for name, steps in UNDER.items()},
    }  # fmt: skip
    return Shown([panel], frames, facts)


@cache
def _examples(dataset: str) -> dict[str, Any]:
    """Classes, labels and each picture's pixels in base 64."""
    told = json.loads((EXAMPLES / f"{dataset}.json").read_text("utf-8"))
    pixels, (_, side, _) = b64decode(told["inputs"]), told["shape"]
    area = side * side
    pictures = [b64encode(pixels[at : at + area]).decode() for at in range(0, len(pixels), area)]
    return {
        "classes": told["classes"],
        "labels": told["labels"],
        "side": side,
        "pictures": pictures,
    }


def _slug(name: str) -> str:
    return name.lower().replace("/", "-").replace(" ", "-")
