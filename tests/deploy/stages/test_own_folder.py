"""What a killed run left in memory is given back at the next start, and the living keep theirs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from compression.deploy.stages.own_folder import FRESH_SECONDS, OwnFolder, sweep
from compression.deploy.stages.processes import ROOT

MAKES = """
import sys, time
from pathlib import Path
from compression.deploy.stages.own_folder import OwnFolder
print(OwnFolder(Path(sys.argv[1])).path, flush=True)
time.sleep(60)
"""


def aged(folder: Path) -> None:
    before = time.time() - 2 * FRESH_SECONDS
    os.utime(folder, (before, before))


def test_a_folder_whose_process_was_killed_is_removed_and_the_livings_stay(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MAKES, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        (left / "ring-0-1").write_bytes(b"memory")
        aged(left)
        assert sweep(tmp_path) == 0 and left.exists()
        process.kill()
        process.wait()
        mine = OwnFolder(tmp_path)
        assert not left.exists()
        aged(mine.path)
        assert OwnFolder(tmp_path).path.exists() and mine.path.exists()


def test_a_folder_is_gone_when_it_is_done_with_and_a_fresh_one_is_left_alone(
    tmp_path: Path,
) -> None:
    folder = OwnFolder(tmp_path)
    folder.remove()
    folder.remove()
    assert not folder.path.exists()
    (tmp_path / "compact-ai-lab-stages-new").mkdir()  # its maker is about to take the lock
    assert sweep(tmp_path) == 0
