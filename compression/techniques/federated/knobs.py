"""What can be asked of federated learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from compression.techniques.step import Step, knob

NEW, PREVIOUS = "new", "previous"
ROUNDED = ("int8", "int4", "int2", "topk")
"""Updates that say less than the clients have learned; what is left out waits for the next round."""
SKEWS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
ADAPTIVE = ("fedadam", "fedyogi")
PRIVACY_NOISES = (0.0, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 4.0)
"""Standard deviations, as multiples of the clip."""


class Federate(Step):
    """Learn one model on many clients: each trains on its own data, and only the changes of its weights travel."""

    technique: ClassVar[str] = "federate"
    label: ClassVar[str] = "Federated learning"
    summary: ClassVar[str] = "Train one model on many clients whose data never leave them."
    implementation: ClassVar[str] = "compression.techniques.federated.federate:federate"
    gentlest: ClassVar[Mapping[str, Any]] = {
        "start": PREVIOUS, "clients": 1, "rounds": 1, "split": "iid", "lr": 0.001,
    }  # fmt: skip
    strongest: ClassVar[Mapping[str, Any]] = {"clients": 3, "rounds": 2, "update": "int4"}
    control_words: ClassVar[str] = "Same passes, all data in one place"

    clients: int = knob(
        10, label="Clients", low=1, high=100, step=1, when={"split": ["dirichlet", "iid"]},
        help="How many devices share out the training examples. One client has all of them: central training.",
    )  # fmt: skip
    split: Literal["dirichlet", "iid", "people"] = knob(
        "dirichlet",
        label="Who has what",
        form=False,
        help="dirichlet: each client has classes of its own, as uneven as the skew says; iid: all have the same "
        "mix; people: a client is a person who has worn the watch.",
    )
    skew: float = knob(
        0.1,
        label="Skew (alpha)",
        values=SKEWS,
        when={"split": ["dirichlet"]},
        help="How uneven the classes are: at 0.05 a client has one or two of them, at 10 nearly all alike.",
    )
    rounds: int = knob(
        20, label="Rounds", low=1, high=200, step=1,
        help="How often the clients get the model, train it, and send back what changed.",
    )  # fmt: skip
    sample: float = knob(
        1.0, label="Share a round", low=0.1, high=1.0, step=0.1,
        help="Share of the clients that take part in a round, drawn anew each time.",
    )  # fmt: skip
    algorithm: Literal["fedavg", "fedprox", "fedadam", "fedyogi"] = knob(
        "fedavg",
        label="Algorithm",
        help="How the clients' changes become the next model: their mean (fedavg); the mean of changes held near "
        "the model (fedprox); or steps of Adam or Yogi along the mean (fedadam, fedyogi).",
    )
    update: Literal["fp32", "int8", "int4", "int2", "topk"] = knob(
        "fp32",
        label="Messages",
        help="How changes are written, up and down: as floats, rounded to 8, 4 or 2 bits, or only the largest of "
        "them. What is lost is added to the next message (error feedback).",
    )
    keep: float = knob(
        0.05, label="Largest kept", values=(0.01, 0.02, 0.05, 0.1, 0.2), when={"update": ["topk"]},
        help="Share of the changes that is sent, the largest ones.",
    )  # fmt: skip
    secure: Literal["off", "on"] = knob(
        "off", label="Secure aggregation", more=True,
        help="on: each client masks its changes so that the server reads their sum alone (secure aggregation); masked "
        "numbers take a few more bits.",
    )  # fmt: skip
    dp: float = knob(
        0.0, label="Privacy noise", unit="x clip", values=PRIVACY_NOISES, more=True,
        help="Differential privacy of each client: noise on the sum of all changes, as a multiple of the clip. More of "
        "it is a smaller epsilon. 0: none.",
    )  # fmt: skip
    clip: float = knob(
        1.0, label="Clip", values=(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0), more=True,
        when={"dp": PRIVACY_NOISES[1:]},
        help="The greatest length of a client's change: a longer one is cut to it, so that no client counts for more.",
    )  # fmt: skip
    start: Literal["new", "previous"] = knob(
        NEW, label="Starts from", more=True,
        help="new: a new network with the widths and zeros of what the steps before left; previous: its weights, too.",
    )  # fmt: skip
    local_epochs: float = knob(
        2.0, label="Passes a round", unit="epochs", low=0.2, high=10.0, step=0.2, more=True,
        help="How often a client goes through its own examples in a round.",
    )  # fmt: skip
    batch: int = knob(
        16, label="Batch", values=(8, 16, 32, 64, 128), more=True,
        help="Examples of a client in one update of its weights.",
    )  # fmt: skip
    lr: float = knob(
        0.05, label="Learning rate", values=(0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), more=True,
        help="Of the clients, at the beginning; it falls to a tenth over the rounds (half a cosine).",
    )  # fmt: skip
    mu: float = knob(
        0.01, label="Pull to the model (mu)", values=(0.001, 0.01, 0.1, 1.0), more=True,
        when={"algorithm": ["fedprox"]},
        help="How strongly fedprox holds a client near the model that it was sent.",
    )  # fmt: skip
    calibrate: Literal["off", "on"] = knob(
        "off", label="Own classes", more=True,
        help="on: while it trains, a client takes into account how often it has each class, and so doesn't unlearn "
        "those that it has never seen (logit calibration). Helps where the skew is strong.",
    )  # fmt: skip
    server_lr: float = knob(
        0.01, label="Server's learning rate", values=(0.001, 0.003, 0.01, 0.03, 0.1), more=True,
        when={"algorithm": ADAPTIVE}, help="How far one step of Adam or Yogi goes.",
    )  # fmt: skip
    dropouts: float = knob(
        0.0, label="Drop out", low=0.0, high=1.0, step=0.05, more=True,
        help="Chance of a client to vanish in a round: it has got the model, and sends nothing.",
    )  # fmt: skip
    stragglers: float = knob(
        0.0, label="Stragglers", low=0.0, high=1.0, step=0.05, more=True,
        help="Chance of a client to be slow: when the round ends it has done part of its work, which fedprox takes "
        "and the others don't.",
    )  # fmt: skip
    faulty: int = knob(
        0, label="Faulty clients", low=0, high=10, step=1, more=True,
        help="So many clients send nonsense, NaN or a thousand times too much: the server must refuse it.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _what_can_be_promised(self) -> Federate:
        if refusal := _refusal(self):
            raise ValueError(refusal)
        return self

    @property
    def is_trained(self) -> bool:
        return True

    @property
    def begins_anew(self) -> bool:
        return True

    @property
    def epochs(self) -> float:
        """Passes over all examples, all rounds and clients together."""
        return self.rounds * self.local_epochs * self.sample

    @property
    def is_central(self) -> bool:
        return self.clients == 1 and self.split != "people"

    def control(self) -> Step | None:
        """As many passes over the same examples, all in one place; None for that itself."""
        if self.is_central:
            return None
        return Federate(
            clients=1, split="iid", rounds=self.rounds, start=self.start, batch=self.batch, lr=self.lr,
            local_epochs=round(self.local_epochs * self.sample, 6),
        )  # fmt: skip

    def describe(self) -> str:
        return "; ".join(_words(self))


def _words(step: Federate) -> list[str]:
    if step.is_central:
        who = "all data in one place"
    elif step.split == "people":
        who = "a client a person"
    else:
        who = f"{step.clients} clients, {'iid' if step.split == 'iid' else f'skew {step.skew:g}'}"
    words = [f"federated: {who}", f"{step.rounds} rounds"]
    words += [getattr(step, name) for name in ("algorithm", "update") if step.changed(name)]
    words += step.changed("sample", "start", "calibrate", "dropouts", "stragglers", "faulty")
    words += ["securely aggregated"] * (step.secure == "on")
    return words + [f"noise {step.dp:g} x clip {step.clip:g}"] * (step.dp > 0)


def _refusal(step: Federate) -> str:
    """What secure aggregation and differential privacy can't do; empty where they can."""
    masked = "secure=on hides each client's changes among those of others"
    if step.secure == "on" and step.is_central:
        return f"{masked}, and there is one client: choose clients from 2, or secure=off"
    if step.secure == "on" and step.update == "topk":
        return (
            "secure=on adds up the same places of all clients' changes, and update=topk sends other places of each: "
            "choose update=fp32, int8, int4 or int2, or secure=off"
        )
    if step.secure == "on" and step.faulty:
        return (
            f"{masked}, so that the server can't see which are nonsense and all would be: choose faulty=0, or "
            "secure=off"
        )
    if step.dp and step.start == PREVIOUS:
        return (
            "dp promises nothing where start=previous goes on with weights that have learned from the same examples "
            "without noise: choose start=new, or dp=0"
        )
    return ""
