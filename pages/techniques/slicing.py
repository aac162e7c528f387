"""How does one model run on several small devices?"""

from __future__ import annotations

from compression.techniques.slicing.knobs import Slice
from pages.techniques.face import Face, Presets, Sign

FACE = Face(
    step=Slice,
    address="slicing",
    icon="splitscreen_right",
    sign=Sign("slicing", "hexagon", light="#b5538b", dark="#dd93bb"),
    cost="device_bytes",
    axes=("device_bytes", "throughput_per_s", "latency_ms"),
    presets=Presets(
        before="link_dtype",
        label="Known links",
        help="Usual speeds of the links between small devices; loopback is this machine's own.",
        chips={
            "Loopback": {"link_mbps": 0.0},
            "Ethernet": {"link_mbps": 100.0},
            "Wi-Fi": {"link_mbps": 20.0},
            "Bluetooth LE": {"link_mbps": 1.0},
        },
    ),
    picture="pages.parts.panels.slicing.devices:devices",
    panels={
        "Stages": "pages.parts.panels.slicing.stages:stages",
        "Cuts": "pages.parts.panels.slicing.cuts:cuts",
        "Links": "pages.parts.panels.slicing.links:links",
        "Exits": "pages.parts.panels.slicing.exits:exits",
        "Run": "pages.parts.panels.slicing.running:running",
    },
)
