"""What a sliced model asks of the device that has most to do, and of the links, read from its parts' files."""

from __future__ import annotations

from collections.abc import Sequence

from compression.deploy.deployment import Deployment
from compression.point import Measurement


def measure_devices(
    deployment: Deployment, memory: Sequence[Measurement]
) -> dict[str, Measurement]:
    """The largest device's files, its memory as ``memory`` models each part's, the bytes on links if there are any."""
    largest = max(deployment.by_device([len(part.model) for part in deployment.parts]))
    needed = max(deployment.by_device([each.value or 0 for each in memory]))
    measured = {
        "device_bytes": Measurement(value=largest, unit="bytes", how="measured"),
        "device_memory_bytes": Measurement(
            value=needed,
            unit="bytes",
            how="modelled",
            note="weights and the most activations alive at once",
        ),
    }
    if deployment.links:
        sent = [link.bytes for link in deployment.links]
        note = " + ".join(f"{count:,}" for count in sent) if len(sent) > 1 else ""
        measured["link_bytes"] = Measurement(
            value=sum(sent), unit="bytes", how="measured", note=note
        )
    return measured
