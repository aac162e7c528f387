"""What a process measures by, in one word: two that differ in it must not share points. Torch-free."""

from __future__ import annotations

import hashlib
from functools import cache

from compression.models.catalogue import MODELS, ModelError, hashes
from compression.recipe.recipe import MEASURING_VERSION, canonical_json
from compression.techniques import TECHNIQUES


@cache
def fingerprint() -> str:
    """The measuring version, and a digest of all weights and of all knobs with their defaults: ``2-0a1b2c3d4e5f``."""
    knobs = {
        name: [[knob.name, knob.default] for knob in step.knobs()]
        for name, step in TECHNIQUES.items()
    }
    known = canonical_json([knobs, {name: _hashes(name) for name in MODELS}])
    return f"{MEASURING_VERSION}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"


def _hashes(model: str) -> dict[str, str]:
    """None where its weights are missing: that model alone can't be measured, and says so itself."""
    try:
        return hashes(model)
    except ModelError:
        return {}
