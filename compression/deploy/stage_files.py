"""The files of a sliced model for its devices: one zip, each file named after its device and stage."""

from __future__ import annotations

import io
import zipfile

from compression.deploy.deployment import Deployment


def zipped_stages(deployment: Deployment) -> tuple[bytes, str]:
    """The zip, and a sentence that says how it is used."""
    names = []
    devices = deployment.devices or tuple(range(len(deployment.parts)))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        number = 0
        for stage, parts in enumerate(deployment.stages, start=1):
            for part in parts:
                name = f"device-{devices[number] + 1}-stage-{stage}.onnx"
                # A fixed date: equal recipes have equal files.
                archive.writestr(zipfile.ZipInfo(name), part.exact_model)
                names.append(name)
                number += 1
    early = (
        f" All but the last also answer by themselves: give them --threshold {deployment.threshold:g} and "
        "--answers ADDRESS, where whoever asks listens."
        if deployment.threshold is not None
        else ""
    )
    return content.getvalue(), (
        f"It holds {', '.join(names)}: run each on its device with `python -m compression stage FILE --next ADDRESS`."
        f"{early}"
    )
