"""How much a training with noise can tell of one client: epsilon at delta, by Rényi divergences (Mironov, 2017,
arXiv:1702.07476). Torch-free.

A round draws each client by itself with the same chance, and adds Gaussian noise to the sum of what they send, of which
each has a length of at most the clip (Mironov et al., 2019, arXiv:1908.10530). Rounds add up at each order. Two
trainings are neighbours if in one of them a client sends zeros instead of what it has learned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

DELTA = 1e-5
"""The chance that is left to worse: a thousandth of one in a hundred clients."""
ORDERS = (*(1 + tenth / 10 for tenth in range(1, 100)), *map(float, range(12, 64)))
"""Of the divergences; the smallest epsilon of all counts."""
Release = tuple[float, float, int]
"""A training with noise: the noise as a multiple of the clip, the share of the clients in a round, and its rounds."""
FAINT, FAR = -30.0, 30.0
"""The logarithm of a series' term that may be left out; from where on a tail is a series."""


def epsilon_of(
    noise: float,
    share: float,
    rounds: int,
    delta: float = DELTA,
    orders: Sequence[float] = ORDERS,
) -> float:
    """Of so many rounds with noise of ``noise`` times the clip, in each of which a client is drawn with chance
    ``share``; infinite without noise."""
    return epsilon_of_all([(noise, share, rounds)], delta, orders)


def epsilon_of_all(
    releases: Sequence[Release], delta: float = DELTA, orders: Sequence[float] = ORDERS
) -> float:
    """Of several trainings on the same clients, one after the other: their divergences add up at each order."""
    if any(noise <= 0 for noise, _, _ in releases):
        return math.inf
    return min(
        _epsilon(
            sum(rounds * divergence(noise, share, order) for noise, share, rounds in releases),
            order,
            delta,
        )
        for order in orders
    )


def _epsilon(divergence: float, order: float, delta: float) -> float:
    """From a Rényi divergence to epsilon (Balle et al., 2020, arXiv:1905.09982, Theorem 21)."""
    gain = math.log1p(-1 / order) - (math.log(delta) + math.log(order)) / (order - 1)
    return max(0.0, divergence + gain)


def divergence(noise: float, share: float, order: float) -> float:
    """The Rényi divergence of one round at an order above 1."""
    if share <= 0:
        return 0.0
    if share >= 1:
        return order / (2 * noise**2)
    whole = order == int(order)
    log = _log_whole(noise, share, int(order)) if whole else _log_between(noise, share, order)
    return log / (order - 1)


def _log_whole(noise: float, share: float, order: int) -> float:
    """The logarithm of A of the paper's section 3.3 at a whole order: a sum of so many terms and one."""
    total = -math.inf
    for k in range(order + 1):
        term = math.log(math.comb(order, k)) + _log_term(noise, share, k, order - k)
        total = _log_sum(total, term)
    return total


def _log_between(noise: float, share: float, order: float) -> float:
    """The same between whole orders: two series, one for each side of where the two densities cross."""
    crossing = noise**2 * math.log(1 / share - 1) + 0.5
    sides = [-math.inf, -math.inf]
    log_size, sign, k = 0.0, 1, 0  # of the binomial coefficient of the order and k
    while True:
        terms = [
            _log_term(noise, share, k, order - k) + _log_tail((k - crossing) / noise),
            _log_term(noise, share, order - k, k) + _log_tail((crossing - order + k) / noise),
        ]
        sides = [
            _log_sum(side, log_size + term) if sign > 0 else _log_difference(side, log_size + term)
            for side, term in zip(sides, terms, strict=True)
        ]
        if k > order and max(log_size + term for term in terms) < FAINT:
            return _log_sum(*sides)
        log_size += math.log(abs(order - k)) - math.log(k + 1)
        sign = sign if order > k else -sign
        k += 1


def _log_term(noise: float, share: float, power: float, rest: float) -> float:
    """``share`` to a power and what is left of 1 to the rest, and the moment of the Gaussian that belongs to it."""
    log = power * math.log(share) + rest * math.log1p(-share)
    return log + (power * power - power) / (2 * noise**2)


def _log_tail(x: float) -> float:
    """The logarithm of the chance that a normal number is above x."""
    if x < FAR:
        return math.log(math.erfc(x / math.sqrt(2)) / 2)
    series = 1 - 1 / x**2 + 3 / x**4 - 15 / x**6 + 105 / x**8
    return -x * x / 2 - math.log(x * math.sqrt(2 * math.pi)) + math.log(series)


def _log_sum(a: float, b: float) -> float:
    high, low = max(a, b), min(a, b)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))


def _log_difference(a: float, b: float) -> float:
    return -math.inf if b >= a else a + math.log1p(-math.exp(b - a))
