"""What every answer of the web server is checked for and told: the host it was asked by, and what a browser may do.

An ASGI middleware around all of Streamlit.
"""

from __future__ import annotations

import base64
import hashlib
import re
import resource
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

HEALTH = "/_stcore/health"
NEARLY = 0.95
"""The share of all open files from which on the server says that it is full: the next visitor would not get in."""


class Guard:
    """Refuses hosts that aren't ours, as DNS rebinding brings them, and tells browsers to run nothing of others'."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)  # Streamlit checks a websocket's host itself
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers())
            await send(message)

        host = Headers(scope=scope).get("host")
        if not is_host_allowed(host):
            await PlainTextResponse(_refusal(host), 421)(scope, receive, guarded)
        elif scope["path"].endswith(HEALTH) and (said := fullness()):
            await PlainTextResponse(said, 503)(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)


@cache
def headers() -> dict[str, str]:
    """The same for all answers. Streamlit's page needs styles in place, and components' scripts as blobs."""
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' blob: {' '.join(_inline_scripts())}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


def fullness() -> str:
    """Why no further visitor may get in; empty while there are open files enough."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    used = open_files()
    if limit == resource.RLIM_INFINITY or used < NEARLY * limit:
        return ""
    return f"{used} of {limit} open files are in use: close some visits, or start the app after `ulimit -n 4096`.\n"


def open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def _refusal(host: str | None) -> str:
    allowed = ", ".join(config.get_option("server.allowedHosts"))
    return f"This app is not served as {str(host)[:80]!r}: open it by one of {allowed}, or set server.allowedHosts.\n"


def _inline_scripts() -> list[str]:
    """The hashes of the scripts that stand in Streamlit's own page."""
    spec = find_spec("streamlit")
    assert spec is not None and spec.origin is not None
    page = (Path(spec.origin).parent / "static" / "index.html").read_text("utf-8")
    found = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()) for script in found)
    return [f"'sha256-{digest.decode()}'" for digest in digests]
