"""How long a deployed model takes, why, and the energy that this takes: all that hangs on the clock. Worker side."""

from __future__ import annotations

from compression.deploy.deployment import Deployment
from compression.deploy.kernel_note import kernel_note
from compression.deploy.runtimes import Session
from compression.measure.energy import measure_energy
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
    times = latency_of(subject, deployment, session, examples, budget=budget)
    speedup = times["speedup"]
    note = kernel_note(compressed, deployment, at_most=speedup.high) or speedup.note
    feed = {session.get_inputs()[0].name: examples[:1]}
    return {
        **times,
        "speedup": speedup.model_copy(update={"note": note}),
        "energy_mj": measure_energy(
            _computing(times["latency_ms"], deployment), lambda: session.run(None, feed)
        ),
    }


def _computing(latency: Measurement, deployment: Deployment) -> Measurement:
    """The latency less the time on links, in which no processor is busy."""
    if not deployment.links:
        return latency
    times = {"value": latency.value, "low": latency.low, "high": latency.high}
    shorter = {name: ms and max(0.0, ms - deployment.links_ms) for name, ms in times.items()}
    return latency.model_copy(update=shorter)
