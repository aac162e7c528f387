"""Secrets that two clients share and the server, which carries their messages, doesn't know.

X25519 (Langley et al., 2016, RFC 7748), HKDF and AES, all of the package `cryptography`.
"""

from __future__ import annotations

import os

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

Words = NDArray[np.uint32]
KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16


class KeyPair:
    """A private key and the public one that goes with it."""

    def __init__(self, secret: bytes | None = None) -> None:
        """That of a secret [32 bytes]; a new one without."""
        self.secret = os.urandom(KEY_BYTES) if secret is None else secret
        self._private = X25519PrivateKey.from_private_bytes(self.secret)
        self.public = self._private.public_key().public_bytes_raw()

    def agreed(self, public: bytes, purpose: str) -> bytes:
        """A key [32 bytes] that the owners of two pairs find alike, each with the other's public key."""
        shared = self._private.exchange(X25519PublicKey.from_public_bytes(public))
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(shared)


def seal(key: bytes, text: bytes, about: bytes) -> bytes:
    """The text so that only who has the key reads it, and nobody changes it or what it is about unseen."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """ValueError where it was changed, or sealed with another key."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except InvalidTag:
        raise ValueError("A sealed message was changed on its way: don't use it.") from None


def stream(seed: bytes, count: int) -> Words:
    """So many random words of 32 bits that follow from a seed [32 bytes]; AES in counter mode makes them."""
    cipher = Cipher(algorithms.AES(seed), modes.CTR(bytes(16))).encryptor()
    return np.frombuffer(cipher.update(bytes(4 * count)), "<u4")
