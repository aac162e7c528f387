"""The files of a recipe's model, to be taken along: made again where they are not kept."""

from __future__ import annotations

import base64
import shlex

from compression import pipeline
from compression.errors import UsageError
from compression.recipe import Recipe, step_words
from compression.subjects import Subject

LARGEST = 2**26
"""Bytes that travel from a worker to a browser; a larger file is for the command line."""


def packed_file(subject: Subject, recipe: Recipe, kept: str = "") -> dict[str, str]:
    """The packed file; ``kept`` is the digest of one that a measurement has kept."""
    check_kept(recipe, kept, "packed")
    return sent(pipeline.packed(subject, recipe, kept), "")


def onnx_file(subject: Subject, recipe: Recipe, kept: str = "") -> dict[str, str]:
    """The ONNX file, and what it computes in."""
    check_kept(recipe, kept, "onnx")
    return sent(*pipeline.onnx_file(subject, recipe, kept))


def check_kept(recipe: Recipe, kept: str, format: str) -> None:
    """UsageError where making the file would mean a training, which nobody has asked for."""
    if recipe.is_trained and (not kept or pipeline.kept(kept) is None):
        words = [
            "export",
            recipe.model,
            *step_words(recipe.steps),
            "--seed",
            str(recipe.seed),
            "--format",
            format,
        ]
        raise UsageError(
            "Its file is not kept on this machine, and to make it again is to train it again: "
            f"`{shlex.join(['python', '-m', 'compression', *words])} --output FILE` does so."
        )


def sent(content: bytes, note: str) -> dict[str, str]:
    if len(content) > LARGEST:
        raise UsageError(
            f"The file has {len(content) / 1e6:.0f} MB, more than a browser is sent: write it with "
            "`python -m compression export`."
        )
    return {"content": base64.b64encode(content).decode(), "note": note}
