"""ONNX Runtime: what every point is timed in."""

from __future__ import annotations

from compression.deploy.runtime import open_session
from compression.deploy.runtimes import Session


def load(model: bytes) -> Session:
    """The file on one thread of the CPU."""
    return open_session(model)
