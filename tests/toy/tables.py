"""The lines that CONTRIBUTING asks for, one a table, put in while a test runs."""

from __future__ import annotations

import shutil
import tempfile
from functools import wraps
from pathlib import Path
from typing import Any

from compression.models.compressed import Compressed
from compression.point import METRICS, Metric
from compression.techniques import TECHNIQUES
from tests.toy.knobs import Coarsen

METRIC = Metric(
    "distinct_values", "Distinct values", "1", "lower", "count",
    "Different numbers among the weights.", headline=5, axis="log",
)  # fmt: skip


def add_engine_lines() -> None:
    """What the command line needs: a line in TECHNIQUES and METRICS, and the call that measures."""
    from compression import pipeline
    from tests.toy.metric import measure_distinct_values

    TECHNIQUES[Coarsen.technique] = Coarsen
    METRICS[METRIC.field] = METRIC
    measure = pipeline.measure

    @wraps(measure)
    def with_toy(subject: Any, compressed: Compressed, *others: Any, **options: Any) -> Any:
        measured = measure(subject, compressed, *others, **options)
        return {**measured, METRIC.field: measure_distinct_values(compressed)}

    pipeline.measure = with_toy


def add_page_lines() -> None:
    """What pages need: a line in FACES and one in ANSWERS, and the text beside the others."""
    from compression.insight import ANSWERS
    from pages.parts.faces import FACES
    from pages.techniques import face
    from tests.toy.face import FACE

    FACES[FACE.name] = FACE
    ANSWERS["distinct_values"] = "tests.toy.question:distinct_values"
    texts = Path(tempfile.mkdtemp(prefix="compact-ai-lab-toy-"))
    shutil.copytree(face.TEXTS, texts, dirs_exist_ok=True)
    shutil.copy(Path(__file__).with_name("coarsen.md"), texts)
    face.TEXTS = texts
