"""Which files a browser is told to fetch beside a page."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.parts.shell.preloading import links
from pages.parts.shell.serving import PLOTS
from pages.parts.shell.starting import middleware


def link_of(path: str) -> str | None:
    """The `Link` in the answer to a request, through the app's middleware."""
    heard: list[dict[str, Any]] = []

    def answer(request: Request) -> Response:
        kind = PlainTextResponse if request.url.path == "/pruning/health" else HTMLResponse
        return kind("text")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        heard.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [(b"host", b"localhost")],
        "query_string": b"",
        "root_path": "",
    }
    app = Starlette(routes=[Route("/{rest:path}", answer)], middleware=middleware())
    asyncio.run(app(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
    return told.get("link")


def test_a_page_with_plots_names_their_modules_styles_and_plotly() -> None:
    told = link_of("/pruning")
    assert told == links()
    named = {name.split("/plots/")[1] for name in re.findall("<(.*?)>", told)}
    assert named == {
        *(file.name for file in PLOTS.glob("*.js")),
        *(file.name for file in PLOTS.glob("*.css")),
        "plotly/plotly-basic.min.js",
    }


@pytest.mark.parametrize("path", ["/", "/home", "/runs", "/pruning/health"])
def test_what_draws_no_plots_names_nothing(path: str) -> None:
    assert link_of(path) is None
