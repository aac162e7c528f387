"""What can be asked of distillation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from compression.models.catalogue import MODELS, model_card
from compression.models.student_cards import parse_student
from compression.techniques.step import Step, knob

PREVIOUS, ORIGINAL, SELF = "previous", "original", "self"
FLOAT = 32
"""Bits of weights that are not rounded."""
TAUGHT = ("response", "dkd", "attention", "relational")
"""Methods with a teacher; ``labels`` is the control without one."""


class Distill(Step):
    """Train a small student network on a larger teacher's answers, for labelled and unlabelled examples."""

    technique: ClassVar[str] = "distill"
    label: ClassVar[str] = "Distillation"
    summary: ClassVar[str] = "Train a small student network on the answers of a larger teacher."
    implementation: ClassVar[str] = "compression.techniques.distillation.distill:distill"
    gentlest: ClassVar[Mapping[str, Any]] = {
        "student": PREVIOUS, "alpha": 1.0, "temperature": 1.0, "epochs": 0.5,
    }  # fmt: skip
    strongest: ClassVar[Mapping[str, Any]] = {"student": "cnn-w2", "epochs": 0.5}
    control_words: ClassVar[str] = "Same student and updates, labels alone"

    student: str = knob(
        "cnn-w4",
        label="Student",
        form=False,
        help="A new network, as in cnn-w4, dscnn-w8-d3, mlp-w16, gru-w8 or plain-16-24x2-28; self: one of the "
        "model's own architecture; previous: what the steps before left, whose zeros stay zeros.",
    )
    teacher: str = knob(
        PREVIOUS,
        label="Teacher",
        form=False,
        when={"method": TAUGHT},
        help="Who answers: previous (what the steps before left), original (the uncompressed model), a model "
        "of the same data set, or several with + between them, whose answers are averaged.",
    )
    temperature: float = knob(
        2.0,
        label="Temperature",
        low=1.0,
        high=20.0,
        step=0.5,
        when={"method": TAUGHT},
        help="How soft the teacher's answers are made: at 1 as they are, higher shows more of what it holds "
        "likely besides its first choice.",
    )
    alpha: float = knob(
        0.5,
        label="Weight of the teacher",
        low=0.0,
        high=1.0,
        step=0.05,
        when={"method": TAUGHT},
        help="Share of the loss that compares with the teacher; the rest compares with the labels.",
    )
    method: Literal["response", "dkd", "attention", "relational", "labels"] = knob(
        "response",
        label="Method",
        help="What is learned: the teacher's answers (response); the same in two parts, the true class and the "
        "others (dkd); also where it looks (attention), or how alike it finds examples (relational); or "
        "labels alone, with as many updates (labels: the control).",
    )
    labelled: float = knob(
        0.1,
        label="Labelled share",
        low=0.02,
        high=1.0,
        step=0.02,
        help="Share of the training examples whose labels are used, of each class alike, at least one.",
    )
    unlabelled: float = knob(
        1.0,
        label="Unlabelled share",
        low=0.0,
        high=1.0,
        step=0.1,
        more=True,
        help="Share of the other training examples that are used without labels: the teacher answers for them.",
    )
    epochs: float = knob(
        12.0,
        label="Training",
        unit="epochs",
        low=0.5,
        high=100.0,
        step=0.5,
        more=True,
        help="Passes over all those examples; the control makes as many updates on the labelled ones alone.",
    )
    mirrored: Literal["off", "on"] = knob(
        "on", label="Mirror images", more=True,
        help="Show half of the examples mirrored, each time others (signals: as from the other arm).",
    )  # fmt: skip
    bits: int | float = knob(
        FLOAT, label="Bits while it learns", unit="bits", values=(1, 1.58, 4, FLOAT), more=True,
        help="Bits per weight that the student computes with from the first update on, 4 in its first and last layer; "
        "1 is binary, 1.58 ternary, 32 keeps floats.",
    )  # fmt: skip
    views: Literal["fixed", "moved", "erased"] = knob(
        "fixed", label="Views", more=True, when={"method": ["response", "labels"]},
        help="Show images as they are or mirrored (fixed), or moved a little, each time anew (moved), with parts of "
        "some hidden (erased); these two train as models are trained from scratch.",
    )  # fmt: skip
    trained_on: Literal["bundled", "full"] = knob(
        "bundled", label="Training images", more=True,
        help="Those that come with the project, or all that the data set has; they must have been downloaded.",
    )  # fmt: skip
    others: float = knob(
        1.0, label="Weight of other classes", low=0.0, high=16.0, step=0.5, more=True,
        when={"method": ["dkd"]},
        help="How much the teacher's order among the wrong classes counts, beside the true class's 1.",
    )  # fmt: skip
    strength: float = knob(
        1.0, label="Weight of the transfer", low=0.1, high=10.0, step=0.1, more=True,
        when={"method": ["attention", "relational"]},
        help="How much attention or likeness counts, beside the teacher's answers.",
    )  # fmt: skip

    @property
    def is_trained(self) -> bool:
        return True

    @property
    def begins_anew(self) -> bool:
        return True

    @property
    def shape(self) -> Step | None:
        return type(self)(student=self.student) if self.student not in (PREVIOUS, SELF) else None

    @property
    def begins_a_network(self) -> bool:
        return self.student != PREVIOUS

    @property
    def teachers(self) -> tuple[str, ...]:
        """The names of those who answer; none for the control."""
        return () if self.method == "labels" else tuple(self.teacher.split("+"))

    def control(self) -> Step | None:
        """The same student, examples, updates and seed with labels alone; None for the control itself."""
        return None if self.method == "labels" else self.moved(method="labels")

    @model_validator(mode="after")
    def _only_new_ones_learn_in_few_bits(self) -> Distill:
        if self.student == PREVIOUS and (self.bits != FLOAT or self.views != "fixed"):
            raise ValueError(
                "bits and changing views are for new students: choose another than student=previous"
            )
        return self

    @field_validator("student")
    @classmethod
    def _known_student(cls, student: str) -> str:
        return student if student in (PREVIOUS, SELF) else parse_student(student).name

    @field_validator("teacher")
    @classmethod
    def _known_teachers(cls, teacher: str) -> str:
        names = sorted({name.strip() for name in teacher.split("+")})
        zoo = [name for name in names if name not in (PREVIOUS, ORIGINAL)]
        if any(name not in MODELS for name in zoo):
            raise ValueError(f"a teacher is {PREVIOUS}, {ORIGINAL} or one of {', '.join(MODELS)}")
        if len({model_card(name).dataset for name in zoo}) > 1:
            raise ValueError("teachers that answer together must know the same data set")
        return "+".join(names)

    def describe(self) -> str:
        return "; ".join(_words(self))


def _words(step: Distill) -> list[str]:
    words = [{PREVIOUS: "taught", SELF: "taught anew"}.get(step.student, step.student)]
    if step.method == "labels":
        words[0] = words[0].replace("taught", "trained") + " by labels alone"
    else:
        words += [f"T {step.temperature:g}", f"alpha {step.alpha:g}"]
        words += step.changed("method", "teacher")
    if step.bits != FLOAT:
        words.append(f"{step.bits:g} bit{'s' if step.bits != 1 else ''}")
    words += [f"{step.views} views"] * (step.views != "fixed")
    words += ["all training images"] * (step.trained_on == "full")
    return [*words, f"{100 * step.labelled:g} % labelled"]
