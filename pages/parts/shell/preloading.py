"""Tells browsers with a page which files of the plots it will need: they come while Streamlit is still setting it up.

An ASGI middleware. A module names the next ones only once it has come, in four rounds, and the page names the first.
"""

from __future__ import annotations

from functools import cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.parts.shell.serving import PLOTS, asset_url

WITHOUT_PLOTS = ("", "home", "runs", "deploy", "compare", "learn", "lesson", "share")
"""Last parts of the addresses of pages that have none: a browser complains of what it fetched in vain."""

DOWNLOADS = "/media/"
"""In the addresses of files that pages offer; a memo among them is a page by its kind only."""

KINDS = {".js": "modulepreload", ".css": "preload; as=style"}


class Preload:
    """Adds a `Link` to answers that are pages with plots; of low priority, for Streamlit's own files come first."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = "" if scope["type"] != "http" else scope["path"]
        if path.rsplit("/", 1)[-1] in WITHOUT_PLOTS or DOWNLOADS in path:
            await self.app(scope, receive, send)
            return

        async def with_links(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(
                Headers(raw=message["headers"])
            ):
                MutableHeaders(scope=message)["Link"] = links()
            await send(message)

        await self.app(scope, receive, with_links)


@cache
def links() -> str:
    """The same for all pages: the modules, styles and Plotly, as relative as `asset_url`."""
    files = [
        (file.name, KINDS[file.suffix]) for file in sorted(PLOTS.iterdir()) if file.suffix in KINDS
    ]
    files.append(("plotly/plotly-basic.min.js", "preload; as=script"))
    return ", ".join(
        f"<{asset_url(f'plots/{name}')}>; rel={kind}; fetchpriority=low" for name, kind in files
    )


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")
