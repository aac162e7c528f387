"""What goes into a pipeline and what comes out of it: the names and shapes that its stages' files have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compression.deploy.deployment import Deployment
from compression.deploy.runtime import open_session
from compression.deploy.stages.message import Expected
from compression.deploy.stages.runner import ports


@dataclass(frozen=True)
class Interface:
    """``answers`` are the logits of each stage that answers: of all with early exits, else of the last alone."""

    input: str
    answers: Mapping[str, Expected]
    bundle_bytes: int
    """Of one example in the largest tensors that are sent."""

    @property
    def names(self) -> list[str]:
        return list(self.answers)

    @property
    def most_bytes(self) -> int:
        return max(each.most_bytes for each in self.answers.values())


def interface_of(deployment: Deployment) -> Interface:
    is_early = deployment.threshold is not None
    answering = deployment.parts if is_early else (deployment.parts[-1],)
    first = open_session(deployment.parts[0].model)
    name, taken = next(iter(ports(first.get_inputs()).items()))
    # The logits of a stage are the last that it puts out.
    last = [list(ports(open_session(part.model).get_outputs()).items())[-1] for part in answering]
    sent = max(taken.bytes, *(link.bytes for link in deployment.links), 1)
    return Interface(name, dict(last), sent)
