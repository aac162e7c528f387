"""Classes over HTTP: a lesson in the browser sends its guess and asks for those of the class, and no page is run."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from compression.errors import UsageError

LARGEST = 4000
"""Bytes of a guess."""


def room_of(code: str) -> tuple[str, str]:
    """The code of the class that an address names, and what is wrong with it."""
    from compression.lessons.classroom import classroom

    asked = code.strip().upper()
    if not asked:
        return "", ""
    if classroom().has(asked):
        return asked, ""
    told = "".join(c for c in asked[:12] if c.isalnum())
    return (
        "",
        f"There is no class {told}: it may have ended. The lesson works without; ask for a new code to join.",
    )


def class_route(path: str) -> Route:
    """Where guesses are sent and asked for: ``path/CODE/LESSON``."""
    return Route(f"{path}/{{code}}/{{lesson}}", _class, methods=["GET", "POST"])


async def _class(request: Request) -> JSONResponse:
    from compression.lessons.classroom import classroom  # the server starts without

    code, lesson = request.path_params["code"], request.path_params["lesson"]
    try:
        if request.method == "POST":
            told = await _told(request)
            classroom().take(code, lesson, told.get("who", ""), told.get("guess"))
        return JSONResponse(
            dict(classroom().seen(code, lesson)), headers={"Cache-Control": "no-store"}
        )
    except UsageError as error:
        return JSONResponse({"error": str(error)}, 400)


async def _told(request: Request) -> dict[str, Any]:
    """What is sent; only as JSON, which no form of another site can send."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise UsageError("A guess is sent as JSON.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise UsageError(f"A guess has at most {LARGEST} bytes.")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise UsageError("What was sent is no JSON.") from None
    if not isinstance(told, dict):
        raise UsageError('A guess is sent as {"who": ..., "guess": ...}.')
    return told
