"""What recipes start from: models with their data, as values that are passed on. Worker side."""

from __future__ import annotations

from compression.subjects.subject import Subject, look_up

__all__ = ["Subject", "look_up"]
