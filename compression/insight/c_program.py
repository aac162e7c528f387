"""A recipe's model as a C header, tried here before it is given away: compiled, and compared with ONNX Runtime."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from compression import pipeline
from compression.deploy.c.compiled import compile_and_run
from compression.deploy.c.header import c_header
from compression.deploy.deploy import deploy
from compression.deploy.deployment import Part
from compression.deploy.runtime import open_session
from compression.errors import UsageError
from compression.insight.files import check_kept, sent
from compression.recipe import Recipe
from compression.subjects import Subject

EXAMPLES = 200
"""On which the compiled program is compared."""
NEAR = 1e-3
"""Of the largest output: sums of floats come out differently in another order."""


def c_file(subject: Subject, recipe: Recipe, kept: str = "") -> dict[str, str]:
    """The header, and what came of trying it."""
    check_kept(recipe, kept, "c")
    return sent(*c_program(subject, recipe, kept))


def c_program(subject: Subject, recipe: Recipe, kept: str = "") -> tuple[bytes, str]:
    """The same as bytes and a sentence; UsageError for a layer that C has none of, or answers that differ."""
    made = pipeline.again(subject, recipe, kept)
    (part,) = deploy(replace(made, slicing=None, exits=None)).parts
    if not part.is_exact:
        raise UsageError(
            "The C program has integers of 8 bits and floats: round activations to 8 bits, or leave them at 32."
        )
    header = c_header(part.loaded, f"{recipe.describe()} of {recipe.model}, by Compact AI Lab.")
    return header.encode(), _tried(header, part, subject.data.test.inputs[:EXAMPLES])


def _tried(header: str, part: Part, inputs: Any) -> str:
    given = np.asarray(inputs, np.float32)
    made = compile_and_run(header, given)
    words = "int8 and floats" if part.is_int8 else "floats"
    if made is None:
        return f"In {words}. Not compiled here: there is no C compiler."
    if isinstance(made, str):
        raise UsageError(f"The C program could not be compiled here: {made}. Export it as onnx.")
    expected = open_session(part.loaded).run(None, {"input": given})[0]
    same = (made.answers.argmax(1) == expected.argmax(1)).mean()
    near = np.abs(made.answers - expected).max() <= NEAR * np.abs(expected).max()
    if same < 0.98 or not (near or part.is_int8):
        raise UsageError(
            f"The C program's answers differ from ONNX Runtime's on {100 * (1 - same):.1f} % of {len(given)} examples: "
            "export it as onnx."
        )
    memory = (
        ""
        if made.flash_bytes is None
        else (
            f" It takes {made.flash_bytes:,} bytes of flash and {made.ram_bytes:,} of RAM in this machine's code."
        )
    )
    return (
        f"In {words}, compiled here with {made.compiler}: same answers as ONNX Runtime on {100 * same:.4g} % of "
        f"{len(given)} examples.{memory}"
    )
