"""What a visitor does with the whole app, in a real browser on the real engine."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from compression.recipe import Recipe
from compression.store import Store
from pages.parts.faces import FACES
from tests.browser.live import ROOT, Server, start_server
from tests.browser.plots_driver import (
    drag,
    drawn,
    place_of,
    place_of_current,
    plot_area,
    press,
    ranges,
    wait_for_key,
    wait_until_drawn,
)

MODEL = "digits/cnn"
SLOW = "fashion-mnist/lenet5"
"""Ten epochs of it take a minute: they can't be over before they are cancelled."""


def key(step: str, model: str = MODEL) -> str:
    return Recipe.build(model, [step]).key


def visit(page: Any, server: Server, path: str) -> None:
    page.goto(f"{server.url}/{path}")
    wait_until_drawn(page)


def wait_until_measured(page: Any, point: str) -> None:
    wait_for_key(page, point)
    page.wait_for_selector(f"[data-plots][data-key='{point}'][data-pending='']", timeout=60_000)


def fresh_server(folder: Path) -> Server:
    return start_server(ROOT / "app.py", folder=folder, env={"COMPACT_HOME": str(folder / "home")})


@pytest.fixture
def server_of_its_own(tmp_path: Path):
    started: list[Server] = []

    def start() -> Server:
        started.append(fresh_server(tmp_path))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def test_the_first_visit_by_a_deep_link_shows_just_that(page: Any, server_of_its_own) -> None:
    server = server_of_its_own()
    visit(page, server, f"pruning?model={MODEL}&sparsity=0.6")
    assert page.get_by_role("heading", name="Pruning").is_visible()
    others = 5  # home, trade-offs, deploy, runs, learn
    assert page.get_by_test_id("stSidebarNavLink").count() == len(FACES) + others
    assert page.get_by_role("slider", name="Sparsity").input_value() == "0.6"
    assert not page.get_by_text("Page not found").is_visible()
    wait_until_measured(page, key("prune:sparsity=0.6"))
    page.get_by_text("smaller").first.wait_for()


def test_the_web_process_has_no_torch(page: Any, lab_server: Server) -> None:
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    visit(page, lab_server, f"quantization?model={MODEL}")
    wait_until_measured(page, key("quantize"))
    loaded = Path(f"/proc/{lab_server.process.pid}/maps").read_text()
    assert "libtorch" not in loaded
    assert "_pydantic_core" in loaded


def test_a_slider_moves_the_point_in_all_three_plots(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, f"quantization?model={MODEL}&bits=4")
    wait_until_measured(page, key("quantize:bits=4"))
    before = [place_of_current(page, panel) for panel in range(3)]
    press(page, "Bits", "ArrowLeft")
    wait_until_measured(page, key("quantize:bits=3"))
    after = [place_of_current(page, panel) for panel in range(3)]
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert re.search(r"[?&]bits=3\b", page.url)


def test_a_known_point_is_drawn_before_the_server_answers(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, f"pruning?model={MODEL}&sparsity=0.5")
    wait_until_measured(page, key("prune:sparsity=0.5"))
    os.kill(lab_server.process.pid, signal.SIGSTOP)
    try:
        for presses, sparsity in ((1, 0.52), (2, 0.56)):
            for _ in range(presses):
                press(page, "Sparsity", "ArrowRight")
            wait_for_key(page, key(f"prune:sparsity={sparsity}"))
            assert place_of_current(page, 0) is not None
    finally:
        os.kill(lab_server.process.pid, signal.SIGCONT)
    page.wait_for_function("() => location.search.includes('sparsity=0.56')")
    wait_until_measured(page, key("prune:sparsity=0.56"))


def test_zoom_survives_a_move(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, f"quantization?model={MODEL}&bits=4")
    wait_until_measured(page, key("quantize:bits=4"))
    left, top, right, bottom = plot_area(page)
    whole = ranges(page)
    drag(page, (left + 20, top + 20, right - 60, bottom - 60))
    page.wait_for_function("([before]) => true", arg=[whole])
    zoomed = ranges(page)
    assert zoomed != whole
    press(page, "Bits", "ArrowRight")
    wait_until_measured(page, key("quantize:bits=5"))
    assert ranges(page) == zoomed


def test_a_click_restores_the_knobs_of_a_point(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, f"quantization?model={MODEL}&bits=2")
    wait_until_measured(page, key("quantize:bits=2"))
    press(page, "Bits", "End")
    wait_until_measured(page, key("quantize:bits=16"))
    page.mouse.click(*place_of(page, key("quantize:bits=2")))
    wait_for_key(page, key("quantize:bits=2"))
    slider = page.get_by_role("slider", name=re.compile("^Bits"))
    assert slider.get_attribute("aria-valuetext") == "2"


def test_a_link_opens_the_same_view_on_a_fresh_server(
    page: Any, lab_server: Server, server_of_its_own
) -> None:
    visit(page, lab_server, f"pruning?model={MODEL}&sparsity=0.4&scale=linear&x1=Memory")
    wait_until_measured(page, key("prune:sparsity=0.4"))
    seen = (drawn(page)["key"], axis_titles(page))
    query = page.url.split("/", 3)[3]
    visit(page, server_of_its_own(), query)
    wait_until_measured(page, key("prune:sparsity=0.4"))
    assert (drawn(page)["key"], axis_titles(page)) == seen


def test_a_sweep_survives_a_reload_and_a_kill_of_the_server(
    page: Any, tmp_path: Path, server_of_its_own
) -> None:
    model = "fashion-mnist/lenet5"
    server = server_of_its_own()
    visit(page, server, f"pruning?model={model}&sparsity=0.53")
    page.get_by_role("button", name="Sweep", exact=True).click()
    page.get_by_role("button", name="Start the sweep").click()
    page.get_by_text(re.compile(r"^\d+ of 50")).wait_for(timeout=60_000)
    page.reload()
    page.get_by_text(re.compile(r"^[2-9]\d* of 50")).wait_for(timeout=60_000)
    link = page.url.split("/", 3)[3]

    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    store = Store(f"sqlite:///{next((tmp_path / 'home').glob('*.db'))}")
    before = {point.key: point.created for point in store.points(model)}
    assert before

    visit(page, server_of_its_own(), link)
    page.get_by_text("Sweep finished: 50 of 50").wait_for(timeout=120_000)
    after = {point.key: point.created for point in store.points(model)}
    assert len(after) >= 50
    assert all(after[name] == created for name, created in before.items())


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["quantization", "pruning", "channel-pruning", "trade-offs"])
def test_no_page_scrolls_sideways(page: Any, lab_server: Server, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    visit(page, lab_server, f"{path}?model={MODEL}")
    time.sleep(0.5)
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 1


def axis_titles(page: Any) -> list[str]:
    titles = page.locator("[data-plots] .lab-xtitle")
    return [titles.nth(index).text_content() for index in range(titles.count())]


def test_a_training_is_followed_stopped_and_drawn(page: Any, lab_server: Server) -> None:
    visit(page, lab_server, f"quantization?model={SLOW}&method=qat&bits=2&epochs=10")
    page.get_by_role("button", name="Train this setting").click(timeout=60_000)
    page.get_by_text(re.compile(r"Epoch \d")).wait_for(timeout=60_000)
    page.get_by_role("img", name=re.compile("Training loss")).wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Train this setting").wait_for()
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&method=qat&bits=2&epochs=0.5")
    page.get_by_role("button", name="Train this setting").click(timeout=60_000)
    wait_until_measured(page, key("quantize:bits=2,method=qat,epochs=0.5"))
    page.wait_for_selector(".lab-arrow, .lab-ring", state="attached")
    assert page.get_by_role("button", name="Train this setting").count() == 0
