"""How good are the networks of other shapes that one training has made at once?"""

from __future__ import annotations

from compression.techniques.search.knobs import ChooseSubnet
from pages.techniques.face import Face, Sign

FACE = Face(
    step=ChooseSubnet,
    address="architecture-search",
    icon="account_tree",
    sign=Sign("search", "star", light="#857a00", dark="#f0e442"),
    picture="pages.parts.panels.search.blocks:blocks",
)
