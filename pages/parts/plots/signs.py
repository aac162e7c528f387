"""The sign of each technique: an Okabe-Ito colour and a marker shape, the same on every page.

A technique's own stands in its face. Okabe and Ito, 2008, "Color universal design".
"""

from __future__ import annotations

from pages.parts.faces import FACES
from pages.techniques.face import Sign

ORIGINAL = Sign("original", "diamond", light="#1b1f2a", dark="#e8eaf0")
CHAIN = Sign("chain", "bowtie", light="#4d5568", dark="#b4bccd")
REFUSED = Sign("breaks a limit", "x-thin", light="#7b8190", dark="#8a91a1")
"""What is drawn instead for a point that the user's limits exclude."""

RESERVED: dict[str, Sign] = {}
"""The palette's remaining signs, for techniques that have no face yet; no other takes them."""


def signs() -> dict[str, Sign]:
    """All there are by technique, in the legend's order."""
    faces = {name: face.sign for name, face in FACES.items()}
    reserved = {name: sign for name, sign in RESERVED.items() if name not in faces}
    return {"original": ORIGINAL, **faces, **reserved, "chain": CHAIN}


def sign_of(technique: str) -> Sign:
    """The technique's sign; a technique without one of its own is drawn like a chain."""
    return signs().get(technique, CHAIN)
