"""How long each example is on modelled links: on all of them, or with early exits on those before it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from compression.deploy.deployment import Deployment
from compression.deploy.early_exits import EarlyExits
from compression.deploy.runtimes import Session
from compression.point import Measurement

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class OnLinks:
    """Of some examples."""

    crossed: Array
    """How many links each of them goes over [N]."""
    ms: Array
    """How long each is on them [N]."""
    slowest_ms: float
    """Of the link that has most to do, for each example that comes, whether it goes over it or not."""

    @property
    def kinds(self) -> Array | None:
        """Examples that go as far; None where all do."""
        return self.crossed if len(set(self.crossed.tolist())) > 1 else None

    def marked(self, times: Mapping[str, Measurement]) -> dict[str, Measurement]:
        """The times, modelled where something modelled is in them."""
        if not self.ms.any():
            return dict(times)
        average = " for an example on average" if self.kinds is not None else ""
        note = f"with {self.ms.mean():.3g} ms on modelled links{average}"
        return {
            name: each.model_copy(
                update={"how": "modelled", "note": f"{each.note}; {note}".strip("; ")}
            )
            for name, each in times.items()
        }


def on_links(deployment: Deployment, session: Session, inputs: Array) -> OnLinks:
    """Of the inputs [N, *input_shape], which ``session``, the deployment's own, sends as far as they go."""
    latencies = [link.latency_ms for link in deployment.links]
    crossed = np.full(len(inputs), len(latencies))
    if isinstance(session, EarlyExits):
        _, crossed = session.answers({session.get_inputs()[0].name: inputs})
    shares = [(crossed > at).mean() for at in range(len(latencies))]
    slowest = max((share * ms for share, ms in zip(shares, latencies, strict=True)), default=0.0)
    return OnLinks(crossed, np.cumsum([0.0, *latencies])[crossed], float(slowest))
