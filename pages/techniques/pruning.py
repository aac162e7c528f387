"""How many weights can go?"""

from __future__ import annotations

from compression.techniques.pruning.knobs import Prune
from pages.techniques.face import Face, Sign

FACE = Face(
    step=Prune,
    address="pruning",
    icon="content_cut",
    sign=Sign("pruning", "triangle-up", light="#c65600", dark="#ef7d2d"),
    panels={
        "Ranking": "pages.parts.panels.pruning.ranking:ranking",
        "Weights": "pages.parts.panels.pruning.weight_matrix:weight_matrix",
        "Sparsity": "pages.parts.panels.pruning.sparsity:sparsity",
        "Layer budget": "pages.parts.panels.budget.layer_budget:layer_budget",
        "Runtimes": "pages.parts.panels.common.runtimes:runtimes",
    },
)
