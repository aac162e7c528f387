"""The plain way: `pip install -r requirements.txt`, then `streamlit run app.py`, with no help of make."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from compression.deploy.runtimes import RUNTIMES
from tests.browser.live import free_port
from tests.modules import modules
from tests.plain import ROOT, environment, wanted

REQUIREMENTS = (ROOT / "requirements.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment made of requirements.txt alone."""
    return environment(tmp_path_factory.mktemp("plain") / "venv", REQUIREMENTS)


def said(plain: Path, code: str) -> str:
    result = subprocess.run(
        [plain / "python", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_what_only_the_tests_need_is_not_there(plain: Path) -> None:
    names = ("pytest", "playwright", "ruff", "mypy")
    code = f"from importlib.util import find_spec; print([n for n in {names} if find_spec(n)])"
    assert said(plain, code) == "[]"
    assert {"torch", "streamlit", "distributed"} <= wanted(REQUIREMENTS).keys()


def is_page(module: str) -> bool:
    """Whether it is a script that Streamlit runs, not a module."""
    return module.startswith("pages.") and not module.startswith(("pages.parts", "pages.tech"))


@pytest.mark.slow
def test_every_module_of_ours_can_be_imported(plain: Path) -> None:
    there = wanted(REQUIREMENTS)
    optional = {runtime.module for runtime in RUNTIMES.values() if runtime.package not in there}
    optional |= {"compression.deploy.runtimes.pt2e"}  # what two of these share
    flower = ("flower_client", "flower_link", "flower_server", "records")
    optional |= {f"compression.federation.{name}" for name in flower}
    scripts = {"app", *(name for name in modules() if is_page(name))}
    names = sorted(modules().keys() - optional - scripts)
    assert len(names) > 200
    said(plain, f"import {', '.join(names)}")


@pytest.mark.slow
def test_the_first_page_is_drawn(plain: Path, tmp_path: Path) -> None:
    code = (
        f"import os; os.environ['COMPACT_HOME'] = {str(tmp_path)!r}\n"
        "from streamlit.testing.v1 import AppTest\n"
        "test = AppTest.from_file('app.py', default_timeout=60).run()\n"
        "print([error.value for error in test.exception], len(test.main.children) > 0)"
    )
    assert said(plain, code).splitlines()[-1] == "[] True"


HOST = "lab.example"


@pytest.fixture(params=["", HOST], ids=["own machine", "host"])
def running(plain: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the app as README says it is started; on a host that gives it a name, by its settings."""
    port = free_port()
    env = {**os.environ, "COMPACT_HOME": str(tmp_path), "STREAMLIT_SERVER_PORT": str(port)}
    if request.param:
        env |= {
            "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",
            "STREAMLIT_SERVER_ALLOWED_HOSTS": request.param,
        }
    command = [plain / "streamlit", "run", "app.py"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    yield f"http://localhost:{port}"
    process.terminate()
    process.communicate(timeout=30)


def answer(address: str, **headers: str) -> tuple[int, str]:
    try:
        request = urllib.request.Request(address, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode("utf-8", "replace")


def listens(address: str) -> bool:
    try:
        answer(f"{address}/_stcore/health")
    except urllib.error.URLError:
        return False
    return True


def wait_until_it_answers(address: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not listens(address):
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.1)


@pytest.mark.alone
def test_streamlit_run_answers_the_names_that_it_was_told(
    running: str, request: pytest.FixtureRequest
) -> None:
    ours, others = "localhost", HOST
    if "[host]" in request.node.name:
        ours, others = others, ours
    wait_until_it_answers(running)
    assert "<title>Streamlit</title>" in answer(running, Host=ours)[1]
    assert answer(running, Host=others)[0] == 421
    status, refusal = answer(running, Host="elsewhere.example")
    assert status == 421 and "server.allowedHosts" in refusal


def test_windows_is_told_where_to_go(plain: Path) -> None:
    code = "import sys, runpy, streamlit; sys.platform = 'win32'; runpy.run_path('app.py')"
    result = subprocess.run(
        [plain / "python", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "WSL 2" in result.stderr
