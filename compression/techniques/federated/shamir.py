"""A secret in shares, so many of which give it back and fewer of which say nothing (Shamir, 1979).

The secret is the value at 0 of a random polynomial over a prime field, a share its value at the holder's place.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

PRIME = 2**256 + 297
"""The smallest above all secrets."""
SECRET_BYTES, SHARE_BYTES = 32, 33
Recognizes = Callable[[bytes], bool]
"""Knows a secret when it sees it."""


def split(secret: bytes, holders: Sequence[int], threshold: int) -> dict[int, bytes]:
    """A share for each holder (0 and more), any ``threshold`` of which are enough."""
    if not 1 <= threshold <= len(holders):
        raise ValueError(
            f"{threshold} shares can't be asked for where there are {len(holders)}: choose 1 to {len(holders)}."
        )
    first = int.from_bytes(secret, "big")
    polynomial = [first, *(secrets.randbelow(PRIME) for _ in range(threshold - 1))]
    return {holder: _written(_value(polynomial, holder + 1)) for holder in holders}


def join(
    shares: Mapping[int, bytes], threshold: int, is_right: Recognizes
) -> tuple[bytes, tuple[int, ...]]:
    """The secret, and the holders whose shares were false; ValueError where it can't be had.

    As many neighbouring shares as it takes are tried one after the other, which finds the secret among any false ones
    that leave so many neighbours honest.
    """
    holders = sorted(shares)
    if len(holders) < threshold:
        raise ValueError(
            f"{len(holders)} of the {threshold} shares that it takes have come: the secret stays one."
        )
    for begin in range(len(holders)):
        used = [holders[(begin + place) % len(holders)] for place in range(threshold)]
        points = {holder + 1: int.from_bytes(shares[holder], "big") for holder in used}
        found = _at(points, 0)
        if found < 2 ** (8 * SECRET_BYTES) and is_right(found.to_bytes(SECRET_BYTES, "big")):
            false = [
                h for h in holders if h not in used and _written(_at(points, h + 1)) != shares[h]
            ]
            return found.to_bytes(SECRET_BYTES, "big"), tuple(false)
    raise ValueError("Too many of the shares are false: the secret can't be had from them.")


def _value(polynomial: Sequence[int], at: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = (value * at + coefficient) % PRIME
    return value


def _at(points: Mapping[int, int], at: int) -> int:
    """The value there of the polynomial through these points."""
    weights = _weights(tuple(points), at)
    return sum(y * weight for y, weight in zip(points.values(), weights, strict=True)) % PRIME


@lru_cache(maxsize=1024)
def _weights(places: tuple[int, ...], at: int) -> tuple[int, ...]:
    """What the values at these places count for in the value there (Lagrange): the same for all secrets of a round."""
    weights = []
    for x in places:
        above = below = 1
        for other in places:
            if other != x:
                above = above * (at - other) % PRIME
                below = below * (x - other) % PRIME
        weights.append(above * pow(below, -1, PRIME) % PRIME)
    return tuple(weights)


def _written(value: int) -> bytes:
    return value.to_bytes(SHARE_BYTES, "big")
