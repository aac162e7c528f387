"""The text of the C header: common parts, the kernels that are needed, weights, and the calls in order."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from compression.deploy.c.program import program_of
from compression.deploy.c.tape import number

HERE = Path(__file__).parent
TYPES = {"float32": "float", "int8": "int8_t", "int32": "int32_t"}
A_LINE = 16
ROW = """static union {
    float floats[MODEL_ROW];
    int32_t integers[MODEL_ROW];
    int16_t halves[MODEL_ROW];
} model_row;

"""


def c_header(model: bytes, about: str) -> str:
    """A header to be included once: ``model_run(input, output)`` answers one example. UsageError where a layer has no
    kernel. ``about`` is told in its first comment."""
    program = program_of(model)
    offsets = [buffer.offset for buffer in program.buffers]
    given, output = program.input, program.output
    assert given is not None and output is not None
    calls = "\n".join(f"    {call.format(*offsets)}" for call in program.calls)
    constants = "\n".join(_constant(name, values) for name, values in program.constants.items())
    row = ROW if "model_row" in calls else ""
    kernels = "\n\n".join(_needed(program.kernels))
    return f"""/* {about.replace("*/", "* /")}
 *
 * Include it in one C99 file and link the mathematics library (-lm). One example at a time, channels first.
 * Define MODEL_MAIN for a program that reads examples as floats from its input and writes answers to its output.
 */
#ifndef COMPACT_MODEL_H
#define COMPACT_MODEL_H

{(HERE / "common.h").read_text("utf-8").strip()}

{kernels}

#define MODEL_INPUTS {given.count}
#define MODEL_OUTPUTS {output.count}
#define MODEL_ARENA_BYTES {program.arena_bytes}
#define MODEL_ROW {program.widest}

{constants}

static union {{ double aligned; unsigned char bytes[MODEL_ARENA_BYTES]; }} model_arena;
{row}static void model_run(const float *input, float *output)
{{
    unsigned char *arena = model_arena.bytes;
    memcpy(arena + {offsets[given.buffer]}, input, sizeof(float) * MODEL_INPUTS);
{calls}
    memcpy(output, arena + {offsets[output.buffer]}, sizeof(float) * MODEL_OUTPUTS);
}}

#ifdef MODEL_MAIN
#include <stdio.h>
int main(void)
{{
    static float input[MODEL_INPUTS], output[MODEL_OUTPUTS];
    while (fread(input, sizeof(float), MODEL_INPUTS, stdin) == MODEL_INPUTS) {{
        model_run(input, output);
        if (fwrite(output, sizeof(float), MODEL_OUTPUTS, stdout) != MODEL_OUTPUTS) return 1;
    }}
    return 0;
}}
#endif
#endif
"""


def _needed(kernels: Collection[str]) -> list[str]:
    """The text of those kernels and of what they call, in their order: no compiler complains of an unused one."""
    known = _kernels()
    needed = set(kernels)
    for name in reversed(known):
        callers = (known[other] for other in needed if other != name)
        if any(f"{name}(" in text for text in callers):
            needed.add(name)
    return [text for name, text in known.items() if name in needed]


def _kernels() -> dict[str, str]:
    """The functions of `kernels.h` by name, in their order."""
    parts = re.split(r"\n\n", (HERE / "kernels.h").read_text("utf-8"))
    named = ((re.search(r"static \w+ (\w+)\(", part), part) for part in parts)
    return {match.group(1): part.strip() for match, part in named if match}


def _constant(name: str, values: np.ndarray[Any, np.dtype[Any]]) -> str:
    flat = values.reshape(-1)
    kind = TYPES[str(flat.dtype)]
    texts = (
        [number(v) for v in flat.tolist()] if kind == "float" else [str(v) for v in flat.tolist()]
    )
    lines = [", ".join(texts[at : at + A_LINE]) for at in range(0, len(texts), A_LINE)]
    return f"static const {kind} {name}[{len(texts)}] = {{\n" + ",\n".join(lines) + "\n};"
