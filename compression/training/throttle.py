"""Progress is reported a few times a second, and the answer may end the training. Torch-free."""

from __future__ import annotations

import time
from collections.abc import Callable

from compression.training.progress import OnProgress, Progress

REPORT_SECONDS = 0.2


class StopRequested(Exception):
    """The answer to a report was to stop the training."""


class Throttle:
    """Reports at most once in ``REPORT_SECONDS``."""

    def __init__(self, report: OnProgress) -> None:
        self._report, self._reported = report, 0.0

    def tell(self, progress: Callable[[], Progress]) -> None:
        """Report the progress if it is time to; StopRequested if the answer is False."""
        now = time.monotonic()
        if now - self._reported < REPORT_SECONDS:
            return
        self._reported = now
        if self._report(progress()) is False:
            raise StopRequested
