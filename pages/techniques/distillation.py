"""What can a small network learn from a large one?"""

from __future__ import annotations

from compression.techniques.distillation.knobs import Distill
from pages.techniques.face import Face, Sign

FACE = Face(
    step=Distill,
    address="distillation",
    icon="school",
    sign=Sign("distillation", "square", light="#00855f", dark="#1fb78a"),
    choosers={
        "student": "pages.parts.panels.distillation.choosers:choose_student",
        "teacher": "pages.parts.panels.distillation.choosers:choose_teachers",
    },
    lineage="pages.parts.panels.distillation.before_training:from_teachers",
    promise="pages.parts.panels.distillation.before_training:promise",
    doubt="pages.parts.panels.distillation.before_training:doubt",
    panels={
        "Soft labels": "pages.parts.panels.distillation.soft_labels:soft_labels",
        "Against labels": "pages.parts.panels.distillation.against_labels:against_labels",
        "Temperature": "pages.parts.panels.distillation.temperature_surface:temperature_surface",
        "Agreement": "pages.parts.panels.distillation.teacher_student:teacher_student",
    },
)
