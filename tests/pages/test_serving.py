"""What the server gives besides pages, asked of the routes and sockets themselves."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from streamlit.web.server.app_discovery import discover_asgi_app

from pages.parts.shell.serving import (
    EXAMPLES,
    LEARN,
    PANELS,
    PLOTS,
    _plotly_folder,
    asset_path,
    routes,
    send_at_once,
)

ROOT = Path(__file__).parents[2]


def get(path: str) -> tuple[int, dict[str, str]]:
    """Status and headers of one request, asked of the routes without a network."""
    heard: list[dict] = []

    async def receive() -> dict:
        return await asyncio.Future()  # the asker neither says more nor leaves

    async def send(message: dict) -> None:
        heard.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    asyncio.run(Starlette(routes=routes())({**scope, "root_path": ""}, receive, send))
    headers = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
    return heard[0]["status"], headers


SCRIPTS = [
    f"{folder.name}/{path.relative_to(folder)}"
    for folder in (PLOTS, PANELS, EXAMPLES, LEARN)
    for path in folder.rglob("*.*")
    if path.is_file()
]


def test_both_plotlys_are_of_one_version() -> None:
    basic = (PLOTS / "plotly" / "plotly-basic.min.js").read_text()[:200]
    whole = (_plotly_folder() / "plotly.min.js").read_text()[:200]
    assert re.search(r"v\d+\.\d+\.\d+", basic)[0] == re.search(r"v\d+\.\d+\.\d+", whole)[0]  # type: ignore[index]


@pytest.mark.parametrize("name", ["plotly.min.js", *SCRIPTS])
def test_every_file_of_plots_and_panels_is_served_to_be_kept(name: str) -> None:
    status, headers = get(asset_path(name))
    assert status == 200
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith(
        ("text/javascript", "application/javascript", "text/css", "application/json")
    )


@pytest.mark.parametrize(
    "name", ["../weights/x.safetensors", "plots/../../app.py", "plots/missing.js"]
)
def test_nothing_else_is_served(name: str) -> None:
    assert get(asset_path(name))[0] == 404


def test_the_address_changes_with_the_content(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pages.parts.shell import serving;"
        f"serving.PLOTS = Path({str(tmp_path)!r}); print(serving.asset_url('a.js'))"
    )
    addresses = set()
    for content in ("1", "2"):
        (tmp_path / "a.js").write_text(content)
        addresses.add(subprocess.check_output([sys.executable, "-c", script], cwd=ROOT))
    assert len(addresses) == 2


def test_accepted_connections_answer_without_delay() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert send_at_once() >= 1
        with socket.create_connection(server.getsockname()), server.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_sockets_stay_open_and_files_are_left_alone(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file, socket.create_server(("127.0.0.1", 0)) as server:
        send_at_once()
        file.write("still open")
        assert server.getsockname()[1] > 0


def test_streamlit_finds_the_server_in_app_py() -> None:
    found = discover_asgi_app(ROOT / "app.py")
    assert found.is_asgi_app
    assert found.app_name == "app"


def test_app_py_is_navigation_and_nothing_else() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) <= 50
