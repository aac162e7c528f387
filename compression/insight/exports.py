"""The files that a recipe's model can be exported as, each with a sentence on it; made for the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from compression import pipeline
from compression.insight.c_program import c_program
from compression.recipe import Recipe
from compression.subjects import Subject, look_up


def _packed(subject: Subject, recipe: Recipe) -> tuple[bytes, str]:
    return pipeline.packed(subject, recipe), ""


EXPORTS: Mapping[str, Callable[[Subject, Recipe], tuple[bytes, str]]] = {
    "packed": _packed,
    "onnx": pipeline.onnx_file,
    "stages": pipeline.stage_files,
    "c": c_program,
}


def exported(format: str, recipe: Recipe) -> tuple[bytes, str]:
    """A file's bytes, and a sentence on what it computes in, if there is one to say."""
    return EXPORTS[format](look_up(recipe.model), recipe)
