"""How sparsity rises while a model trains."""

from __future__ import annotations


def cubic(done: float, start: float, end: float) -> float:
    """The sparsity when a share ``done`` of the rise is over: fast at first, ever slower at the end.

    Zhu & Gupta, 2017, arXiv:1710.01878, equation 1.
    """
    return end + (start - end) * (1 - min(max(done, 0.0), 1.0)) ** 3


def geometric(number: int, count: int, end: float) -> float:
    """The sparsity of a round, from 0, of ``count``: each keeps the same share of what the one before kept.

    Frankle & Carbin, 2019, arXiv:1803.03635.
    """
    return 1 - float((1 - end) ** ((number + 1) / count))
