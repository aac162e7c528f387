"""Secure aggregation, the client's side (Bonawitz et al., 2017, IACR 2017/281; without its signatures).

What a client sends is its numbers plus a mask of its own, plus one mask shared with each other client, added by one of
the two and subtracted by the other, so that these cancel in the sum. All counts in a circle. The server sees sums alone
as long as it follows the protocol and fewer clients than the threshold conspire with it.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from compression.techniques.federated import shamir
from compression.techniques.federated.key_agreement import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    KeyPair,
    Words,
    seal,
    stream,
    unseal,
)

HELLO_BYTES = 3 * KEY_BYTES
BOX_BYTES = NONCE_BYTES + 2 * shamir.SHARE_BYTES + TAG_BYTES
"""Two shares in a sealed box."""


@dataclass(frozen=True)
class Hello:
    """What everybody may know of a client: two public keys, and the hash of the seed of its own mask."""

    sealing: bytes
    masking: bytes
    promise: bytes


@dataclass(eq=False, repr=False)
class MaskingClient:
    """One client in one round; each step is done once. Its secrets are in no ``repr``, which could get into a log."""

    number: int
    _sealing: KeyPair = field(default_factory=KeyPair)
    _masking: KeyPair = field(default_factory=KeyPair)
    _own: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES))
    _others: dict[int, Hello] = field(default_factory=dict)
    _seals: dict[int, bytes] = field(default_factory=dict)
    _threshold: int = 0
    _boxes: dict[int, bytes] = field(default_factory=dict)
    _told: bool = False

    def hello(self) -> Hello:
        return Hello(self._sealing.public, self._masking.public, promise_of(self._own))

    def share(self, everybody: Mapping[int, Hello], threshold: int) -> dict[int, bytes]:
        """A sealed box for each client: a share of its masking key, which is told if it vanishes, and one of its own
        seed, which is told if it doesn't. ValueError where there is nobody to hide among."""
        if len(everybody) < 2 or threshold < 2:
            raise ValueError(
                "The sum of one client's numbers is these numbers: take at least 2 clients."
            )
        self._others = {n: hello for n, hello in everybody.items() if n != self.number}
        self._threshold = threshold
        self._seals = {n: self._sealing.agreed(h.sealing, "seal") for n, h in self._others.items()}
        key_shares = shamir.split(self._masking.secret, sorted(everybody), threshold)
        own_shares = shamir.split(self._own, sorted(everybody), threshold)
        self._boxes[self.number] = key_shares[self.number] + own_shares[self.number]
        return {
            n: seal(self._seals[n], key_shares[n] + own_shares[n], _about(self.number, n))
            for n in self._others
        }

    def take(self, boxes: Mapping[int, bytes]) -> None:
        """The boxes of others, by sender; who has sent none takes no further part."""
        for sender, box in boxes.items():
            self._boxes[sender] = unseal(self._seals[sender], box, _about(sender, self.number))

    def masked(self, residues: Words, circle: Words) -> Words:
        """Its numbers with all masks, in a circle whose last places are given."""
        total = residues + stream(self._own, len(residues))
        for other in self._boxes.keys() - {self.number}:
            key = self._masking.agreed(self._others[other].masking, "mask")
            total += signed_mask(key, self.number, other, len(residues))
        return total & circle

    def reveal(self, arrived: Collection[int]) -> dict[int, bytes]:
        """For each client the one share that its masks are removed by: of its own seed if its numbers have arrived, of
        its key if not. ValueError if asked twice, for both together would lay its numbers open."""
        if self._told or len(set(arrived)) < self._threshold:
            raise ValueError(
                f"Client {self.number} tells its shares once, and only where at least {self._threshold} clients' "
                "numbers have arrived."
            )
        self._told, size = True, shamir.SHARE_BYTES
        return {n: box[size:] if n in arrived else box[:size] for n, box in self._boxes.items()}


def promise_of(seed: bytes) -> bytes:
    """By which a seed is known again once it is told."""
    return hashlib.sha256(seed).digest()


def signed_mask(key: bytes, adds: int, other: int, count: int) -> Words:
    """The mask of two clients as one of them adds it: the other one's is its negative."""
    mask = stream(key, count)
    return mask if adds < other else -mask


def _about(sender: int, receiver: int) -> bytes:
    return struct.pack("<II", sender, receiver)
