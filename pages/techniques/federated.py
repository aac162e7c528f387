"""What does a model lose when its training data stay where they are?"""

from __future__ import annotations

from compression.techniques.federated.knobs import Federate
from pages.techniques.face import Face, Presets, Sign

FACE = Face(
    step=Federate,
    address="federated",
    icon="hub",
    sign=Sign("federated", "cross", light="#2a83b8", dark="#7cc8f2"),
    cost="bytes_sent",
    axes=("bytes_sent", "size_bytes", "latency_ms"),
    choosers={"split": "pages.parts.panels.federated.choosers:choose_split"},
    lineage="pages.parts.panels.federated.before_training:from_clients",
    promise="pages.parts.panels.federated.before_training:promise",
    presets=Presets(
        before="rounds",
        label="Settings",
        help="Plain averaging; adaptive averaging for uneven clients; messages of an eighth of the bytes.",
        chips={
            "FedAvg": {"algorithm": "fedavg", "update": "fp32"},
            "FedYogi": {"algorithm": "fedyogi", "update": "fp32"},
            "4-bit messages": {"algorithm": "fedavg", "update": "int4"},
        },
    ),
    panels={
        "Clients": "pages.parts.panels.federated.clients:clients",
        "Rounds": "pages.parts.panels.federated.rounds:rounds",
        "Bytes": "pages.parts.panels.federated.bytes:sent",
        "Privacy": "pages.parts.panels.federated.privacy:privacy",
    },
)
