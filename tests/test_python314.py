"""From Python 3.14 the standard library has a package `compression` too: both must live together."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYODIDE = ROOT / "build" / "node_modules" / "pyodide"

OURS_FIRST = """
import compression
import gzip, bz2, lzma, zipfile
import compression.gzip, compression.zstd
import compression.errors, compression.models.catalogue, compression.cli.machine, datasets
assert compression.__version__ and compression.errors.LabError and datasets.DATASETS
assert gzip.decompress(gzip.compress(b"a")) == b"a"
assert bz2.decompress(bz2.compress(b"b")) == b"b"
assert compression.zstd.decompress(compression.zstd.compress(b"c")) == b"c"
assert "/lab/" in compression.__file__ and "/lab/" not in compression.zstd.__file__
"""


def app_cure() -> str:
    """The lines of app.py, Streamlit left out, that let our folder join a package already loaded."""
    lines = []
    for node in ast.parse((ROOT / "app.py").read_text("utf-8")).body:
        line = ast.unparse(node)
        if not line.startswith(("from __future__", "import streamlit", "from streamlit")):
            lines.append(line)
        if "__path__" in line:
            return "\n".join(lines)
    raise AssertionError("app.py no longer lets our folder join a package already loaded")


STANDARD_LIBRARY_FIRST = f"""
import compression.zstd
assert "/lab/" not in compression.__file__
sys.path.insert(0, "/lab")
__file__ = "/lab/app.py"
{app_cure()}
import compression.errors, compression.models.catalogue
import gzip, bz2, lzma, compression.gzip
assert "/lab/" in compression.errors.__file__ and "/lab/" not in compression.gzip.__file__
"""


@pytest.fixture
def standard_library(tmp_path: Path) -> Path:
    """A folder that plays 3.14's standard library: a package `compression` and a user of it."""
    package = tmp_path / "compression"
    (package / "_common").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "_common" / "__init__.py").write_text("")
    (package / "_common" / "standin.py").write_text("buffer = 8192\n")
    (tmp_path / "standin_gzip.py").write_text("from compression._common import standin\n")
    return tmp_path


def run_python(code: str, *path: Path) -> None:
    """Run code with these folders first on the path; the test fails with its traceback."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=path[0], env=env, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_our_folder_first_leaves_the_standard_library_whole(standard_library: Path) -> None:
    code = """
import compression, standin_gzip, compression._common.standin
import compression.errors, compression.recipe
assert compression.__version__ and standin_gzip.standin.buffer == 8192
"""
    run_python(code, ROOT, standard_library)


def test_the_app_cures_a_standard_library_loaded_first(standard_library: Path) -> None:
    code = f"""
import compression, standin_gzip, runpy
assert not hasattr(compression, "__version__")
runpy.run_path({str(ROOT / "app.py")!r})
import compression.errors, compression.recipe, compression._common.standin
"""
    run_python(code, standard_library, ROOT)


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if not found or not (PYODIDE / "pyodide.mjs").is_file():
        pytest.skip(
            "a real Python 3.14 comes with Node and npm install --prefix build pyodide@314.0.7"
        )
    return found


@pytest.mark.python314
@pytest.mark.parametrize(
    ("code", "python_path"),
    [(OURS_FIRST, "/lab"), (STANDARD_LIBRARY_FIRST, "")],
    ids=["ours first", "standard library first"],
)
def test_both_packages_live_on_a_real_python_314(
    code: str, python_path: str, node: str, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"import sys\n{code}\nprint('Python', *sys.version_info[:2])")
    command = [node, str(ROOT / "tests" / "python314.mjs"), str(PYODIDE), str(ROOT), python_path]
    result = subprocess.run([*command, str(script)], capture_output=True, text=True, timeout=120)
    assert result.stdout.strip() == "Python 3 14", result.stderr
