"""The files of a sliced model for its devices: one zip, each file named after its device and stage."""

from __future__ import annotations

import io
import zipfile

from compression.deploy.deployment import Deployment
from compression.errors import UsageError


def zipped_stages(deployment: Deployment) -> tuple[bytes, str]:
    """The zip, and a sentence that says how it is used; UsageError where stages also answer early."""
    if deployment.threshold is not None:
        raise UsageError(
            "Early exits run in one process, and not yet on devices: export the stages with exits=off."
        )
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
    return content.getvalue(), (
        f"It holds {', '.join(names)}: run each on its device with `python -m compression stage FILE --next ADDRESS`."
    )
