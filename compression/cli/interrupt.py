"""Ctrl-C and SIGTERM end the command line in order: once, however often they come. Imported before all else."""

from __future__ import annotations

import os
import signal
from typing import Any, NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)
STOPPED = "Stopped; what was measured is kept."
CODE = 130
"""The exit code of a program that was interrupted."""


def leave_at_once() -> None:
    """While libraries load nothing has been begun: there is nothing to put in order."""
    _answer(_leave)


def stop_in_order() -> None:
    """From here on the first signal is a KeyboardInterrupt where the program stands, and the others are not heard."""
    _answer(_stop)


def ignore() -> None:
    """It ends anyway: what comes now would only make noise."""
    _answer(signal.SIG_IGN)


def _leave(*_: Any) -> NoReturn:
    os.write(2, f"{STOPPED}\n".encode())
    os._exit(CODE)


def _stop(*_: Any) -> NoReturn:
    ignore()
    raise KeyboardInterrupt


def _answer(how: Any) -> None:
    for one in SIGNALS:
        if (
            signal.getsignal(one) != signal.SIG_IGN
        ):  # as nohup and shells set it for what runs behind
            signal.signal(one, how)
