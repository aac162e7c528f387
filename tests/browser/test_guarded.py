"""The server behind a proxy that knows one path, and with more visits than it may have open files."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.live import ROOT, Server, is_healthy, start_server
from tests.browser.plots_driver import wait_until_drawn

MODEL = "digits/cnn"
SEEN = {
    "quantization": ("Number+line", ".st-key-number-line .js-plotly-plot, .stPlotlyChart"),
    "pruning": ("Ranking", ".insight svg, .insight canvas"),
}
"""A panel of a page, and what it shows: a chart of Streamlit's, a picture of ours."""


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("proxied")
    env = {"COMPACT_HOME": str(folder / "home")}
    server = start_server(ROOT / "app.py", folder=folder, env=env, base="lab")
    yield server
    server.stop()


@pytest.mark.parametrize("path", SEEN)
def test_a_page_needs_nothing_outside_its_path(page: Any, proxied: Server, path: str) -> None:
    outside: list[str] = []

    def forward(route: Any) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in ("http", "https") and not address.path.startswith("/lab/"):
            outside.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/*", forward)
    panel, shown = SEEN[path]
    page.goto(f"{proxied.url}/{path}?model={MODEL}&details={panel}")
    wait_until_drawn(page)
    page.wait_for_selector(shown, timeout=60_000)
    assert outside == []


def test_more_visits_than_open_files_leave_the_server_open(tmp_path: Path) -> None:
    if not shutil.which("prlimit"):
        pytest.skip("needs prlimit (util-linux)")
    env = {"COMPACT_HOME": str(tmp_path / "home")}
    server = start_server(ROOT / "app.py", folder=tmp_path, env=env, open_files=256)
    try:
        with ThreadPoolExecutor(1) as apart:  # Playwright's loop may be running in this thread
            ends = apart.submit(asyncio.run, visits(server, 300, at_once=20)).result()
        assert ends == [ForwardMsg.FINISHED_SUCCESSFULLY] * 15
        assert is_healthy(server)
    finally:
        server.stop()


async def visits(server: Server, count: int, *, at_once: int) -> list[int]:
    """How the script ended for the first of each lot; the others come and go, which costs as many files."""
    ends: list[int] = []
    for _ in range(count // at_once):
        end, *_ = await asyncio.gather(read(server), *(pass_by(server) for _ in range(at_once - 1)))
        ends.append(end)
    return ends


def connection(server: Server) -> websockets.connect:
    address = f"ws://localhost:{server.port}/_stcore/stream"
    return websockets.connect(address, subprotocols=["streamlit"], max_size=2**28)


async def pass_by(server: Server) -> None:
    async with connection(server) as socket:
        await socket.ping()


async def read(server: Server) -> int:
    async with connection(server) as socket:
        message = BackMsg()
        message.rerun_script.page_name = "quantization"
        message.rerun_script.query_string = f"model={MODEL}"
        await socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), 60))
            if answer.WhichOneof("type") == "script_finished":
                return answer.script_finished
