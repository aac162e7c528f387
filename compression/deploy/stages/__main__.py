"""The process of one stage, as an engine starts it: ``python -m compression.deploy.stages``, settings in JSON.

It says on stdout in one line where it listens, and ends with whoever started it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from pathlib import Path

from compression.deploy.stages.passage import Shared
from compression.deploy.stages.stage import Asked, serve
from compression.errors import LabError


def main() -> None:
    settings = json.loads(sys.argv[1])
    asked = Asked(
        file=Path(settings["file"]),
        listen=settings["listen"],
        next=tuple(settings["next"]),
        number=settings["number"],
        memory_mb=settings["memory_mb"],
        timeout_s=settings["timeout_s"],
        shared_from=tuple(map(_shared, settings.get("shared_from", ()))),
        threshold=settings.get("threshold"),
        answers=settings.get("answers", ""),
        shared_answers=(early := settings.get("shared_answers")) and _shared(early),
        shared_to=tuple(link and _shared(link) for link in settings.get("shared_to", ())),
    )
    threading.Thread(target=_end_with_parent, args=[settings.get("folder")], daemon=True).start()
    try:
        serve(asked, ready=_ready, say=_say)
    except LabError as error:
        _say(str(error))
        sys.exit(2)


def _shared(files: dict[str, str]) -> Shared:
    return Shared(**{name: Path(file) for name, file in files.items()})


def _ready(address: str, idle_bytes: int) -> None:
    print(json.dumps({"address": address, "idle_bytes": idle_bytes}), flush=True)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _end_with_parent(folder: str | None) -> None:
    """Standard input ends when the parent does, however it ended: then what it shared with its stages goes too."""
    while os.read(0, 1):  # Python's own reader would hold a lock when this process ends first
        pass
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
