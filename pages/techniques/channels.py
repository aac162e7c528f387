"""How small, and how much faster, does a model get when whole channels are removed?"""

from __future__ import annotations

from compression.techniques.channels.knobs import PruneChannels
from pages.techniques.face import Face, Sign

FACE = Face(
    step=PruneChannels,
    address="channel-pruning",
    icon="filter_alt",
    sign=Sign("channels", "triangle-down", light="#a66f00", dark="#e69f00"),
    panels={
        "Ranking": "pages.parts.panels.channels.channel_panels:channel_ranking",
        "Weights": "pages.parts.panels.channels.channel_panels:channel_matrix",
        "Layer budget": "pages.parts.panels.budget.layer_budget:layer_budget",
        "Runtimes": "pages.parts.panels.common.runtimes:runtimes",
    },
)
