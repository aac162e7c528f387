"""The network drawn as blocks: it follows the sliders, and counts what the network itself holds."""

from __future__ import annotations

import re
from typing import Any

from compression.models.catalogue import model_card
from compression.models.zoo.supernet import SupernetMember
from compression.techniques.search.knobs import ChooseSubnet
from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn

MODEL = "fashion-mnist/supernet"
MOVES = {"width2": 3, "width3": 12, "depth2": 1, "depth3": 1, "resolution": 1}
"""How many places to the left each slider is moved."""


def test_blocks_follow_the_sliders_and_count_as_the_network_does(
    page: Any, lab_server: Server
) -> None:
    page.goto(f"{lab_server.url}/architecture-search?model={MODEL}")
    wait_until_drawn(page)
    drawing = page.locator(".insight:has(.insight-blocks svg)")
    drawing.wait_for()
    card = model_card(MODEL)
    assert drawing.get_attribute("data-weights") == str(card.parameters)
    assert drawing.get_attribute("data-macs") == str(card.macs)
    for name, places in MOVES.items():
        page.locator(f".st-key-{name} input[type=range]").focus()
        for _ in range(places):
            page.keyboard.press("ArrowLeft")
    asked = ChooseSubnet(width2=0.85, width3=0.4, depth2=2, depth3=1, resolution=14).subnet
    wanted = sum(p.numel() for p in SupernetMember(asked).parameters())
    page.wait_for_selector(f'.insight[data-weights="{wanted}"]')
    words = drawing.locator(".insight-words").inner_text()
    assert re.match("7 of 9 layers", words) and "14 × 14 pixels" in words
    shown = drawing.locator("rect.insight-block")
    seen = [block.evaluate("block => block.style.opacity") for block in shown.all()]
    assert seen == ["1", "1", "1", "1", "1", "0", "1", "0"]
