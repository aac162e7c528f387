"""The server's way to the devices, through Flower's own messages: `fake_grid.py`, in Flower's environment."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.federation.processes import PYTHON, ROOT, needs_flower


@pytest.mark.slow
def test_the_link_to_devices_keeps_its_promises() -> None:
    needs_flower()
    cases = re.findall(r"^    (\w+),$", (ROOT / "tests/federation/fake_grid.py").read_text(), re.M)
    command = [str(PYTHON), "-m", "tests.federation.fake_grid"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    passed = re.findall(r"^passed (\w+)$", done.stdout, re.MULTILINE)
    assert passed == cases and len(cases) > 4, done.stderr
