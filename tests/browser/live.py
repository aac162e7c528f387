"""A real server and a real Chromium, for tests and benchmarks alike."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from compression.cli.machine import find_browser

ROOT = Path(__file__).parents[2]
QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",  # no graphics card: the page is drawn by the processor, and so is WebGL
    "--enable-unsafe-swiftshader",
)


class NoBrowser(Exception):
    """No Chromium was found; the message says what would help."""


class Server:
    """One `streamlit run` of a script, on a port of its own."""

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, log: Path, base: str = ""
    ) -> None:
        self.process = process
        self.port = port
        self.url = f"http://localhost:{port}{f'/{base}' if base else ''}"
        self.log = log

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_server(
    script: Path,
    *,
    folder: Path,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    port: int | None = None,
    options: Sequence[str] = (),
    base: str = "",
    open_files: int | None = None,
) -> Server:
    """Start ``script`` and wait until it answers; its log goes to ``folder``.

    ``base`` is the path that it lives under, ``open_files`` the most that it may ever have open.
    """
    port = port or free_port()
    if base:
        options = (*options, f"--server.baseUrlPath={base}")
    limit = [] if open_files is None else ["prlimit", f"--nofile={open_files}:{open_files}"]
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    common = [
        "--server.headless=true",
        "--server.address=127.0.0.1",
        "--browser.gatherUsageStats=false",
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*limit, *command, *common, *options],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=out,
            stderr=out,
        )
    server = Server(process, port, log, base)
    wait_until_healthy(server)
    return server


def wait_until_healthy(server: Server, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_healthy(server):
        if time.monotonic() > until or server.process.poll() is not None:
            server.stop()
            raise RuntimeError(f"The server did not start:\n{server.log.read_text()[-2000:]}")
        time.sleep(0.1)


def is_healthy(server: Server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser: the system's Chromium, else Playwright's own; NoBrowser if neither is there."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NoBrowser(
            "Playwright is not installed: run `make test` once to install it."
        ) from None
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=list(QUIET))
        except Error as error:
            first = str(error).strip().splitlines()[0]
            raise NoBrowser(
                f"No Chromium could be started ({first}): install the chromium package."
            ) from None
        yield browser
        browser.close()


@contextmanager
def as_if_new(tab: Any) -> Iterator[Any]:
    """A tab of the usual size and theme that finds nothing of earlier pages, and leaves nothing to later ones.

    A JavaScript error in it fails the test, and so does what our policy of contents forbids.
    """
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.emulate_media(color_scheme="light", reduced_motion="reduce")
    errors: list[str] = []

    def hear(said: Any) -> None:
        if "Content Security Policy" in said.text:
            errors.append(said.text)

    def fail(error: Any) -> None:
        errors.append(str(error))

    tab.on("pageerror", fail)
    tab.on("console", hear)
    try:
        yield tab
    finally:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(tab.url))
        tab.goto("about:blank")
        forgotten = {"origin": origin, "storageTypes": "local_storage,indexeddb,cookies"}
        tab.context.new_cdp_session(tab).send("Storage.clearDataForOrigin", forgotten)
        tab.context.clear_permissions()
        tab.unroute_all()
        tab.remove_listener("pageerror", fail)
        tab.remove_listener("console", hear)
    assert errors == []


def settle(page: Any) -> None:
    """Until the script has run and what it draws no more has gone."""
    page.wait_for_selector(
        "[data-testid=stApp][data-test-script-state=notRunning]:not(:has([data-stale=true]))"
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
