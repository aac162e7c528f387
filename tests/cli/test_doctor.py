"""The doctor looks quickly, breaks nothing, and says what each missing piece would give."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compression.cli import doctor, machine
from compression.cli.doctor import Finding, examine
from compression.deploy.runtimes import RUNTIMES, Runtime

ROOT = Path(__file__).parents[2]


def finding(name: str) -> Finding:
    return next(found for found in examine() if found.name == name)


def test_every_finding_says_what_it_gives() -> None:
    found = examine()
    assert len({f.name for f in found}) == len(found) >= 12
    assert all(f.detail and f.gives for f in found)


@pytest.mark.alone
def test_looking_is_quick_and_loads_no_torch() -> None:
    code = "import sys, compression.cli.doctor as d; d.examine(); print('torch' in sys.modules)"
    start = time.monotonic()
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert printed.strip() == "False"
    assert time.monotonic() - start < 10  # 0.6 s alone; other tests may share the machine


def test_looking_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / "never" / "made"))
    assert finding("Store").present
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_found_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))
    (tmp_path / "lab.db").write_bytes(b"not a database at all" * 100)
    found = finding("Store")
    assert not found.present
    assert "damaged" in found.detail
    assert (tmp_path / "lab.db").read_bytes() == b"not a database at all" * 100


def test_a_home_that_is_a_file_is_not_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / "file"))
    found = finding("Store")
    assert not found.present
    assert "set COMPACT_HOME" in found.detail


def test_a_missing_runtime_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Runtime("nowhere", "Nowhere", "no-such-package-here", "no_such_module_here")
    monkeypatch.setitem(doctor.RUNTIMES, "nowhere", missing)
    monkeypatch.setattr(doctor, "OTHER_RUNTIMES", {"nowhere": "nothing"})
    assert finding("Nowhere") == Finding(
        "Nowhere", False, "not installed: pip install no-such-package-here", "nothing"
    )


def test_every_runtime_has_a_line() -> None:
    names = [found.name for found in examine()]
    assert all(runtime.name in names for runtime in RUNTIMES.values())


def test_a_named_cluster_is_asked_whether_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"tls://127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("COMPACT_SCHEDULER", address)
        assert finding("Engine").detail == f"{address} answers"
    assert not finding("Engine").present


@pytest.mark.parametrize("address", ["nonsense", "tls://", "tls://127.0.0.1:99999", "tls://a b"])
def test_an_address_that_is_none_does_not_answer(address: str) -> None:
    assert not machine.scheduler_answers(address)


def test_an_energy_counter_is_found_where_linux_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = tmp_path / "intel-rapl:0" / "energy_uj"
    counter.parent.mkdir()
    counter.write_text("1234\n")
    monkeypatch.setattr(machine, "RAPL", tmp_path)
    assert finding("Energy counter").detail == f"RAPL at {counter}"


def test_an_nvidia_gpu_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0000:01:00.0").mkdir()
    (tmp_path / "0000:01:00.0" / "information").write_text("Model: \t NVIDIA H100\nIRQ: 5\n")
    monkeypatch.setattr(machine, "NVIDIA", tmp_path)
    assert finding("GPU").detail == "NVIDIA H100"


def test_the_systems_browser_comes_before_playwrights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "playwright" / "chromium-1234" / "chrome-linux64" / "chrome"
    system = tmp_path / "bin" / "chromium"
    for file in (own, system):
        file.parent.mkdir(parents=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    monkeypatch.setattr(machine, "MAC_BROWSERS", ())
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert machine.find_browser() == own
    monkeypatch.setenv("PATH", str(system.parent))
    assert machine.find_browser() == system
