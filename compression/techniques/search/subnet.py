"""One network cut out of a supernet, as a step: a plain network of its own. Worker side.

Its batch norms get the statistics of its own sums (Yu and Huang, 2019, arXiv:1903.05134); nothing else is changed, and
nothing trained.
"""

from __future__ import annotations

from dataclasses import replace

from compression.errors import UsageError
from compression.models.compressed import Compressed
from compression.models.subnets import LARGEST
from compression.models.supernet_weights import cut_out, estimate_norms
from compression.techniques.context import StepContext
from compression.techniques.search.knobs import ChooseSubnet


def subnet(compressed: Compressed, step: ChooseSubnet, context: StepContext) -> Compressed:
    """The member that is asked for; UsageError where the model is no supernet as it was trained."""
    if refusal := step.unfit(compressed.model):
        raise UsageError(refusal)
    if compressed.student or compressed.formats or compressed.is_folded:
        raise UsageError(
            "A sub-network is cut out of the supernet as it was trained, and steps before have changed it: make "
            "subnet the first step."
        )
    chosen = step.subnet.settled
    if chosen == LARGEST:
        return compressed
    member = cut_out(compressed.module, chosen)
    estimate_norms(member, context.calibration[: step.images or None])
    return replace(compressed, module=member, student=chosen.name)
