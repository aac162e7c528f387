"""Writes what lessons show besides points: python -m compression.bundling.lessons [PICTURE ...]"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from compression import files
from compression.bundling.lessons.answers import attacked, classes, warmed
from compression.bundling.lessons.channel import channel
from compression.bundling.lessons.kernel import kernel
from compression.bundling.lessons.shared_out import averaged, cut
from compression.lessons.made import FILE

PICTURES: dict[str, Callable[[], dict[str, Any]]] = {
    each.__name__: each for each in (kernel, channel, warmed, cut, averaged, classes, attacked)
}


def write(names: Sequence[str]) -> None:
    """The named ones anew; the others stay as they are."""
    for name in names or PICTURES:
        found = PICTURES[name]()
        there = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
        there[name] = found
        lines = (f"{json.dumps(key)}: {json.dumps(there[key])}" for key in sorted(there))
        files.write(FILE, ("{\n" + ",\n".join(lines) + "\n}\n").encode())
        print(name, flush=True)


if __name__ == "__main__":
    write(sys.argv[1:])
