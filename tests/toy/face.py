"""What does rounding to few binary places cost?"""

from __future__ import annotations

from pages.techniques.face import Face, Sign
from tests.toy.knobs import Coarsen

FACE = Face(
    step=Coarsen,
    address="coarsening",
    icon="blur_on",
    sign=Sign("coarsening", "hourglass", light="#7a5c00", dark="#d8c27a"),
    panels={"Distinct values": "tests.toy.panel:distinct_values"},
)
