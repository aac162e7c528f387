"""``python -m tests.benchmarks [pytest options]``: run the speed measurements and print them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.exit(
        pytest.main([str(Path(__file__).parent), "-m", "benchmark", "-s", "-q", *sys.argv[1:]])
    )
