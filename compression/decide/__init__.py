"""From many points to one decision: which to take under a question's limits, and how far that may be trusted.

Follows the front in ``Recipe -> engine -> Point -> store -> front -> page``. Torch-free and pure.
"""

from compression.decide.answer import decide
from compression.decide.decision import (
    Binding,
    Change,
    Decision,
    Headroom,
    Miss,
    Risk,
    RunnerUp,
    Verdict,
)
from compression.decide.question import Question

__all__ = [
    "Binding",
    "Change",
    "Decision",
    "Headroom",
    "Miss",
    "Question",
    "Risk",
    "RunnerUp",
    "Verdict",
    "decide",
]
