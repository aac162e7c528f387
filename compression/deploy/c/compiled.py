"""The C program compiled here by the system's compiler, if there is one: its answers, and the memory that it takes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from compression import files

Array = np.ndarray[Any, np.dtype[Any]]

COMPILERS = ("cc", "gcc", "clang")
FLAGS = ("-std=c99", "-O3", "-Wall", "-Wextra", "-Werror")
SECONDS = 120


@dataclass(frozen=True)
class Compiled:
    """What came of it: answers [N, outputs], bytes of code and constants, bytes that are written."""

    compiler: str
    answers: Array
    flash_bytes: int | None
    ram_bytes: int | None


def compiler() -> str | None:
    """The one that CC names, else the system's; None without any."""
    named = os.environ.get("CC", "").strip()
    return next(
        (path for name in (named, *COMPILERS) if name and (path := shutil.which(name))), None
    )


def compile_and_run(header: str, inputs: Array) -> Compiled | str | None:
    """Answers of the compiled program; a sentence where it can't be compiled here, None without a compiler."""
    found = compiler()
    if found is None:
        return None
    with tempfile.TemporaryDirectory(prefix="compact-c-") as folder:
        source, program = Path(folder) / "model.c", Path(folder) / "model"
        files.write(Path(folder) / "model.h", header.encode())
        files.write(source, b'#define MODEL_MAIN\n#include "model.h"\n')
        command = [found, *FLAGS, str(source), "-o", str(program), "-lm"]
        try:
            made = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
            if made.returncode:
                said = made.stderr.strip().splitlines() or ["no word"]
                return next((line for line in said if "error" in line), said[0])[-200:]
            given = np.ascontiguousarray(inputs, np.float32).tobytes()
            ran = subprocess.run([str(program)], input=given, capture_output=True, timeout=SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)[:200]
        if ran.returncode:
            return f"the program ended with {ran.returncode}"
        flash, ram = _sizes(found, source)
        answers = np.frombuffer(ran.stdout, np.float32).reshape(len(inputs), -1)
        return Compiled(Path(found).name, answers, flash, ram)


def _sizes(found: str, source: Path) -> tuple[int | None, int | None]:
    """Text and data of the object file, without what reads and writes files; None where no `size` tells."""
    size = shutil.which("size")
    if size is None:
        return None, None
    plain = source.with_name("plain.c")
    call = "void answer(const float *input, float *output) { model_run(input, output); }\n"
    files.write(plain, f'#include "model.h"\n{call}'.encode())
    target = source.with_suffix(".o")
    command = [found, "-std=c99", "-Os", "-c", str(plain), "-o", str(target)]
    try:
        if subprocess.run(command, capture_output=True, timeout=SECONDS).returncode:
            return None, None
        measured = [size, str(target)]
        told = subprocess.run(measured, capture_output=True, text=True, timeout=SECONDS).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None, None
    counts = re.search(r"^\s*(\d+)\s+(\d+)\s+(\d+)\s", told, re.MULTILINE)
    if counts is None:
        return None, None
    text, data, bss = (int(count) for count in counts.groups())
    return text + data, data + bss
