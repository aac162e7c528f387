"""What a sliced model asks of the device that has most to do, and of the links, read from its parts' files."""

from __future__ import annotations

from compression.deploy.deployment import Deployment
from compression.point import Measurement


def measure_devices(deployment: Deployment, memory: Measurement) -> dict[str, Measurement]:
    """The largest file, the most memory as ``memory`` models it, and the bytes on links, if there are links."""
    largest = max(len(part.model) for part in deployment.parts)
    measured = {
        "device_bytes": Measurement(value=largest, unit="bytes", how="measured"),
        "device_memory_bytes": memory,
    }
    if deployment.links:
        sent = [link.bytes for link in deployment.links]
        note = " + ".join(f"{count:,}" for count in sent) if len(sent) > 1 else ""
        measured["link_bytes"] = Measurement(
            value=sum(sent), unit="bytes", how="measured", note=note
        )
    return measured
