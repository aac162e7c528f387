"""A store that is damaged, read-only, full or held: one sentence, and nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from compression.errors import StoreError
from compression.store import Store
from tests.measured import MODEL, a_point, a_recipe

ROOT = Path(__file__).parents[2]


def said(error: pytest.ExceptionInfo[StoreError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_a_damaged_file_is_reported_and_left_as_it_is(store: Store, file: Path) -> None:
    file.write_bytes(b"not a database at all, but somebody's notes" * 100)
    before = file.read_bytes()
    with pytest.raises(StoreError) as error:
        store.points(MODEL)
    assert str(file) in said(error)
    assert "move it away" in said(error)
    assert file.read_bytes() == before


def test_a_file_torn_in_the_middle_is_reported(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    store.add_all(a_point(seed) for seed in range(50))
    store.close()
    content = bytearray(file.read_bytes())
    content[4096:-4096] = b"\xff" * (len(content) - 8192)
    file.write_bytes(content)
    with pytest.raises(StoreError) as error:
        Store(f"sqlite:///{file}").points(MODEL)
    assert "damaged" in said(error)


def test_another_programs_database_is_not_taken_for_ours(store: Store, file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE points (id INTEGER, name TEXT)")
    with pytest.raises(StoreError) as error:
        store.add(a_point())
    assert "not ours" in said(error)


def test_a_mended_store_works_again_without_a_restart(store: Store, file: Path) -> None:
    file.write_bytes(b"damaged" * 1000)
    with pytest.raises(StoreError):
        store.version(MODEL)
    file.unlink()
    assert store.add(a_point())


def test_a_read_only_store_is_read_but_not_written(file: Path) -> None:
    Store(f"sqlite:///{file}").add(a_point(0))
    printed = as_nobody(
        file.parent,
        f"store = Store('sqlite:///{file}')\n"
        "print(len(store.points(MODEL)), store.get(a_recipe(0).key) == store.points(MODEL)[0])\n"
        "print(store.have([a_recipe(0).key]) == {a_recipe(0).key})\n"
        "try: store.add(a_point(1))\n"
        "except StoreError as error: print(error)",
    )
    assert printed[:2] == ["1 True", "True"]
    assert "can't be written" in printed[2]


def test_a_folder_that_cant_be_made_reads_as_empty(tmp_path: Path) -> None:
    printed = as_nobody(
        tmp_path,
        f"store = Store('sqlite:///{tmp_path}/below/lab.db')\n"
        "print(store.points(MODEL), store.version(MODEL))\n"
        "try: store.add(a_point(1))\n"
        "except StoreError as error: print(error)",
    )
    assert printed[0] == "() 0"
    assert "can't be written" in printed[1]


def test_a_full_disk_loses_nothing_that_was_there(file: Path) -> None:
    script = (
        "import resource, signal\n"
        "from compression.errors import StoreError; from compression.store import Store\n"
        "from tests.measured import a_point\n"
        f"store = Store('sqlite:///{file}'); store.add(a_point(0))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))\n"
        "try: store.add_all(a_point(seed) for seed in range(1000))\n"
        "except StoreError as error: print(error)\n"
    )
    printed = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True)
    assert "disk is full" in printed
    kept = Store(f"sqlite:///{file}").points(MODEL)
    assert [point.key for point in kept] == [a_recipe(0).key]


@pytest.mark.parametrize("url", ["nonsense", "sqlite", "oracle+nothing://host/name"])
def test_a_wrong_address_is_one_sentence(url: str) -> None:
    with pytest.raises(StoreError) as error:
        Store(url).version(MODEL)
    assert "COMPACT_DATABASE" in said(error)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in Store("postgresql+psycopg://user:secret@127.0.0.1:1/lab").place


def as_nobody(folder: Path, code: str) -> list[str]:
    """What the code prints when run by a user who may read the folder but not write it."""
    for path in [folder, *folder.iterdir()]:
        path.chmod(path.stat().st_mode & ~0o222)
    for parent in folder.parents[:3]:  # pytest's own folders; one more where tests run side by side
        if "pytest" in parent.name or "popen" in parent.name:
            parent.chmod(0o755)
    folder.chmod(0o555)
    drop = "import os; a_recipe(0).key\nif os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
    imports = (
        "from compression.errors import StoreError; from compression.store import Store\n"
        "from tests.measured import MODEL, a_point, a_recipe\n"
    )
    try:
        printed = subprocess.check_output(
            [sys.executable, "-c", imports + drop + code],
            cwd=ROOT,
            text=True,
            env={**os.environ, "COMPACT_HOME": str(folder)},
        )
    finally:
        folder.chmod(0o755)
    return printed.splitlines()
