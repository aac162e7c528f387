"""Secure aggregation, the server's side: it adds masked numbers up, and takes the masks off the sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from compression.techniques.federated import shamir
from compression.techniques.federated.key_agreement import KeyPair, Words, stream
from compression.techniques.federated.masking_client import Hello, promise_of, signed_mask


@dataclass(eq=False)
class MaskingServer:
    """One round. It never holds a client's numbers without masks."""

    everybody: Mapping[int, Hello]
    threshold: int
    circle: Words
    sharing: Iterable[int]
    """Those who have sent their shares; only they have masks in common."""
    liars: set[int] = field(default_factory=set)
    """Who told false shares."""
    _sum: Words | None = None
    _arrived: list[int] = field(default_factory=list)

    @property
    def arrived(self) -> tuple[int, ...]:
        return tuple(self._arrived)

    def add(self, client: int, masked: Words) -> None:
        """A client's masked numbers; only their sum is kept."""
        if len(masked) != len(self.circle) or client in self._arrived:
            raise ValueError(f"Client {client} sends {len(self.circle)} numbers, and once.")
        self._sum = masked.copy() if self._sum is None else self._sum + masked
        self._arrived.append(client)

    def unmask(self, told: Mapping[int, Mapping[int, bytes]]) -> Words:
        """The sum of those who arrived, from the shares [client that tells][client whose it is]; ValueError where too
        few have arrived or told, or too many told false ones."""
        if self._sum is None or len(self._arrived) < self.threshold:
            raise ValueError(
                f"Only {len(self._arrived)} of the {self.threshold} clients arrived that it takes to unmask their sum."
            )
        total, count = self._sum.copy(), len(self.circle)
        for client in self.sharing:
            shares = {teller: each[client] for teller, each in told.items() if client in each}
            if client in self._arrived:
                total -= stream(self._seed(client, shares), count)
            else:
                key = self._key(client, shares)
                for other in self._arrived:
                    pair = key.agreed(self.everybody[other].masking, "mask")
                    total -= signed_mask(pair, other, client, count)
        return total & self.circle

    def _seed(self, client: int, shares: Mapping[int, bytes]) -> bytes:
        promise = self.everybody[client].promise
        return self._joined(shares, lambda seed: promise_of(seed) == promise)

    def _key(self, client: int, shares: Mapping[int, bytes]) -> KeyPair:
        public = self.everybody[client].masking
        return KeyPair(self._joined(shares, lambda secret: KeyPair(secret).public == public))

    def _joined(self, shares: Mapping[int, bytes], is_right: shamir.Recognizes) -> bytes:
        secret, liars = shamir.join(shares, self.threshold, is_right)
        self.liars.update(liars)
        return secret
