"""The menu above the plots: link, pictures made of the plots themselves, and the points as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.browser.live import Server
from tests.browser.plots_driver import wait_until_drawn


@pytest.fixture
def menu(page: Any, plots_server: Server) -> Any:
    page.goto(f"{plots_server.url}/?count=60")
    wait_until_drawn(page)
    page.get_by_role("button", name="Take away").click()
    return page


def saved(page: Any, name: str) -> Path:
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=name).click()
    return Path(download.value.path())


def texts(svg: str) -> list[str]:
    """All that is written in it; raises where it is no well-formed XML."""
    root = ElementTree.fromstring(svg)
    return [
        "".join(node.itertext()).strip()
        for node in root.iter("{http://www.w3.org/2000/svg}text")
    ]  # fmt: skip


@pytest.mark.parametrize("metric", ["Size", "Latency", "Energy"])
def test_a_plots_svg_stands_alone_with_axes_marks_and_caption(menu: Any, metric: str) -> None:
    svg = saved(menu, f"{metric}: SVG").read_text()
    said = texts(svg)
    assert {"original", "−3", "Accuracy, points lost ↑", "4 bits, 0 % pruned", "chain"} <= set(said)
    assert any(metric in words and "lower is better" in words for words in said)
    caption = " ".join(said)
    assert f"Accuracy against {metric}: 60 points" in caption
    assert "Current, 4 bits, 0 % pruned:" in caption and "http" in caption
    assert all(line.count("http") < 2 and len(line) < 120 for line in said), (
        "nothing runs out of it"
    )
    assert 'class="lab-ring"' in svg and "stroke:rgb" in svg


def test_a_plots_png_is_a_sharp_picture(menu: Any) -> None:
    svg = saved(menu, "Size: SVG").read_text()
    png = saved(menu, "Size: PNG").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width = int(re.search(r'width="(\d+)"', svg)[1])  # type: ignore[index]
    assert int.from_bytes(png[16:20], "big") == 2 * width
    assert len(png) > 10_000


def test_many_points_are_in_the_picture_too(page: Any, plots_server: Server) -> None:
    page.goto(f"{plots_server.url}/?count=1500")
    wait_until_drawn(page)
    page.get_by_role("button", name="Take away").click()
    svg = saved(page, "Size: SVG").read_text()
    assert "1500 points" in " ".join(texts(svg)) and "data:image/png" in svg


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_points_are_made_by_python_and_saved(menu: Any, kind: str) -> None:
    assert saved(menu, f"All points: {kind.upper()}").read_text() == f"60 as {kind}"


def test_the_link_is_copied(page: Any, menu: Any, browser: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    menu.get_by_role("menuitem", name="Copy link").click()
    menu.get_by_text("Copied.").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == page.url


CLOSERS: tuple[Callable[[Any], None], ...] = (
    lambda page: page.keyboard.press("Escape"),
    lambda page: page.mouse.click(5, 5),
    lambda page: page.get_by_role("button", name="Take away").click(),
)


@pytest.mark.parametrize("close", CLOSERS, ids=["escape", "a click elsewhere", "its button"])
def test_the_menu_closes(menu: Any, close: Callable[[Any], None]) -> None:
    menu.get_by_role("menu").wait_for()
    close(menu)
    menu.get_by_role("menu").wait_for(state="hidden")
