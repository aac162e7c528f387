"""A fresh environment that holds what requirements.txt asks for and nothing else, in a second instead of minutes.

It is made of links into the environment that the tests run in: the distributions that requirements.txt names and what
these require in turn, at the versions that are installed, as `pip install -r requirements.txt` would leave them.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROGRAM = "import sys\nfrom streamlit.web.cli import main\nsys.exit(main())\n"
"""What pip writes as `bin/streamlit`."""


def wanted(text: str) -> dict[str, set[str]]:
    """The distributions that a requirements file's lines lead to, by canonical name, with their extras."""
    lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines()]
    waiting = [Requirement(line) for line in lines if line and not line.startswith("-")]
    found: dict[str, set[str]] = {}
    while waiting:
        asked = waiting.pop()
        extras = {"", *asked.extras}
        name = canonicalize_name(asked.name)
        is_here = asked.marker is None or asked.marker.evaluate()
        if not is_here or extras <= found.get(name, set()):
            continue
        found.setdefault(name, set()).update(extras)
        for each in importlib.metadata.requires(name) or []:
            further = Requirement(each)
            marker = further.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                further.marker = None
                waiting.append(further)
    return found


def environment(folder: Path, requirements: str) -> Path:
    """Make it in a folder; its `bin`."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in wanted(requirements):
        distribution = importlib.metadata.distribution(name)
        for file in distribution.files or []:
            top = file.parts[0]
            link = packages / top
            if top not in ("..", "__pycache__") and not link.exists():
                link.symlink_to(Path(str(distribution.locate_file(top))))
    program = folder / "bin" / "streamlit"
    program.write_text(f"#!{folder}/bin/python\n{PROGRAM}")
    program.chmod(0o755)
    return folder / "bin"
