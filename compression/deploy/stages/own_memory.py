"""How much memory this process takes, and a limit that it puts on itself."""

from __future__ import annotations

import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def memory_bytes() -> int:
    """Bytes of its own now: anonymous memory where the system tells (Linux), else the most it ever held."""
    if STATUS.exists():
        for line in STATUS.read_text().splitlines():
            if line.startswith("RssAnon:"):
                return 1024 * int(line.split()[1])
    try:
        import resource
    except ImportError:  # Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def limit_memory(above_bytes: int) -> str:
    """Let this process take so many bytes more than now; why it can't be limited here, empty where it is."""
    try:
        import resource
    except ImportError:
        return "This system can't limit a process's memory, so the stage runs without a limit."
    if not STATUS.exists():
        return "This system doesn't tell what a process holds, so the stage runs without a limit."
    data = next(
        1024 * int(line.split()[1])
        for line in STATUS.read_text().splitlines()
        if line.startswith("VmData:")
    )
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = data + above_bytes
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    return ""
