"""How long a deployed model takes, why, and the energy that this takes: all that hangs on the clock. Worker side."""

from __future__ import annotations

from compression.deploy.deployment import Deployment
from compression.deploy.kernel_note import kernel_note
from compression.deploy.runtimes import Session
from compression.measure.energy import measure_energy
from compression.measure.latency import COMPUTING
from compression.measure.pipelined import measure_pipelined
from compression.measure.rounds import Budget
from compression.measure.shared_latency import latency_of
from compression.models.compressed import Compressed
from compression.point import Measurement
from compression.subjects import Subject

EXAMPLES = 128
"""So many calibration inputs are run, one at a time."""


def measure_times(
    subject: Subject,
    compressed: Compressed,
    deployment: Deployment,
    *,
    session: Session,
    budget: Budget,
) -> dict[str, Measurement]:
    """Latency, speed-up over the original, throughput and energy of a deployment, opened as `session`.

    The speed-up's note says why it is what it is.
    """
    examples = subject.data.calibration.inputs[:EXAMPLES]
    times = dict(latency_of(subject, deployment, session, examples, budget=budget))
    computing = times.pop(COMPUTING, times["latency_ms"])  # on links no processor is busy
    speedup = times["speedup"]
    note = kernel_note(compressed, deployment, at_most=speedup.high) or speedup.note
    at_work = _at_work(subject, compressed, deployment, session, budget)
    feed = {session.get_inputs()[0].name: examples[:1]}
    return {
        **times,
        **at_work,
        "speedup": (at_work.get("speedup") or speedup).model_copy(update={"note": note}),
        "energy_mj": measure_energy(computing, lambda: session.run(None, feed)),
    }


def _at_work(
    subject: Subject,
    compressed: Compressed,
    deployment: Deployment,
    session: Session,
    budget: Budget,
) -> dict[str, Measurement]:
    """Of a sliced model what its processes really take, in the place of what its files take one after the other.

    Only where there is time for batches, since processes take a second to start.
    """
    is_cut = compressed.slicing is not None and len(deployment.parts) > 1
    if not is_cut or not budget.batch:
        return {}
    examples = subject.data.calibration.inputs[:EXAMPLES]
    return measure_pipelined(deployment, session, subject.session, examples, budget=budget)
