"""Lessons: what is asked, predicted and revealed, with every figure looked up in the points. Torch-free.

A lesson is a file of `assets/lessons/` and a line of LESSONS; resolved it is plain JSON, which the browser draws.
"""

from __future__ import annotations

from compression.lessons.lessons import LESSONS, lesson, lessons
from compression.lessons.resolve import question_of, resolved

__all__ = ["LESSONS", "lesson", "lessons", "question_of", "resolved"]
