"""What the web server does besides pages: the plots' files, quick sockets."""

from __future__ import annotations

import hashlib
import socket
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from pages.parts.learn.rooms import class_route

ASSETS = Path(__file__).parents[3] / "assets"
PLOTS, PANELS, EXAMPLES = ASSETS / "plots", ASSETS / "panels", ASSETS / "examples"
LEARN = ASSETS / "learn"
FOR_EVER = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Encoding": "identity",  # else 4.8 MB would be compressed anew at each request
}


def asset_url(name: str) -> str:
    """Address of a file of the plots, panels or examples, seen from any page; it changes with their content.

    Relative, since a proxy may forward a path of its own to us; the browser resolves it by where the page lies.
    """
    return f"assets/{_stamp()}/{name}"


def asset_path(name: str) -> str:
    """Where the server finds that file: below the path that it was told to live under."""
    return f"{base_path()}/{asset_url(name)}"


def base_path() -> str:
    """What stands before all addresses of this server; nothing, usually."""
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def routes() -> list[BaseRoute]:
    """The plots' own files, its basic Plotly among them, the panels', the examples, and the package's whole Plotly."""
    return [
        Route(asset_path("plotly.min.js"), _plotly),
        Mount(asset_path("plots"), _KeptForEver(directory=PLOTS)),
        Mount(asset_path("panels"), _KeptForEver(directory=PANELS)),
        Mount(asset_path("examples"), _KeptForEver(directory=EXAMPLES)),
        Mount(asset_path("learn"), _KeptForEver(directory=LEARN)),
        class_route(f"{base_path()}/class"),
    ]


def send_at_once() -> int:
    """Set TCP_NODELAY on the listening sockets and return how many; accepted ones inherit it.

    Streamlit binds its socket itself, in a way that keeps asyncio from setting it: every answer
    would then wait up to 40 ms for the browser's acknowledgement.
    """
    open_files = [int(entry.name) for entry in Path("/dev/fd").iterdir()]
    return sum(map(_send_at_once, open_files))


def know_own_navigation() -> None:
    """Tell Streamlit before the first visit that `st.navigation` names the pages.

    It would find that out in the first run of app.py, and till then take our `pages` folder for
    its older kind of pages: the first visitor of a deep link would read "Page not found".
    """
    PagesManager.uses_pages_directory = False


class _KeptForEver(StaticFiles):
    """A folder whose files browsers may keep for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(FOR_EVER)
        return response


def _plotly(_request: Request) -> Response:
    return FileResponse(_plotly_folder() / "plotly.min.js", headers=FOR_EVER)


def _send_at_once(descriptor: int) -> bool:
    try:
        opened = socket.socket(fileno=descriptor)
    except OSError:  # a file, a pipe, or the listing that found it
        return False
    try:
        internet = opened.family in (socket.AF_INET, socket.AF_INET6)
        listens = internet and opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        if listens:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bool(listens)
    finally:
        opened.detach()  # it stays the server's own


@cache
def _stamp() -> str:
    digest = hashlib.sha256(version("plotly").encode())
    folders = (PLOTS, PANELS, EXAMPLES, LEARN)
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    for path in sorted(files):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _plotly_folder() -> Path:
    spec = find_spec("plotly")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "package_data"
