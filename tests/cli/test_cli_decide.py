"""The command ``decide`` as programs and people see it: verdicts as exit codes, sentences for wrong questions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from compression.__main__ import main
from compression.decide import Question, decide
from compression.store import bundled

MODEL = "fashion-mnist/resnet8"


@pytest.fixture(autouse=True)
def empty_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path))


def printed(capsys: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["compression", "decide", MODEL, *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    caught = capsys.readouterr()
    return int(str(ended.value.code)), caught.out or caught.err


@pytest.mark.parametrize(
    ("asked", "code", "verdict"),
    [
        (("--lose", "0.3"), 0, "pass"),
        (("--max", "size_bytes=10"), 1, "fail"),
        (("--lose", "0.3", "--guard", "flips=0.05"), 3, "needs review"),
    ],
)
def test_the_verdict_is_the_exit_code(
    capsys: Any, monkeypatch: Any, asked: tuple[str, ...], code: int, verdict: str
) -> None:
    ended, text = printed(capsys, monkeypatch, *asked, "--json")
    told = json.loads(text)
    assert (ended, told["verdict"]) == (code, verdict)
    assert told["command"].split()[4:] == [MODEL, *asked]


def test_it_says_what_the_room_decides(capsys: Any, monkeypatch: Any) -> None:
    points = list(bundled.points(MODEL).values())
    original = next(point for point in points if not point.recipe.steps)
    found = decide(points, original, Question(MODEL, lose=1.0, limits={"size_bytes": 2e4}))
    code, text = printed(capsys, monkeypatch, "--lose", "1", "--max", "size_bytes=20000", "--json")
    told = json.loads(text)
    assert found.choice is not None and told["choice"]["key"] == found.choice.key
    assert told["claim"] == found.claim and code == found.exit_code
    assert [row["key"] for row in told["runners_up"]] == [r.point.key for r in found.runners_up]


def test_people_read_the_limit_that_binds_and_the_command(capsys: Any, monkeypatch: Any) -> None:
    _, text = printed(capsys, monkeypatch, "--lose", "0.3")
    heads = [line.partition(":")[0] for line in text.splitlines()]
    assert heads[:3] == ["decision", "verdict", "figures"]
    assert {"binding limit", "runner-up 1", "trust", "make it", "ask again"} <= set(heads)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--lose", "-1"), "give a number from 0 on"),
        (("--lose", "nan"), "give a number from 0 on"),
        (("--guard", "flip=0.1"), "did you mean flips?"),
        (("--guard", "flips=few"), "needs a number"),
        (("--worth", "accuracy=1"), "no cost"),
        (("--worth", "latency_ms=0"), "a number above 0"),
        (("--axis", "accuracy"), "no cost"),
        (("--device", "abacus"), "There is no device"),
        (("--max", "flips=0.1", "--guard", "flips=0.1"), "give it once"),
    ],
)
def test_a_wrong_question_is_a_sentence(
    capsys: Any, monkeypatch: Any, asked: tuple[str, ...], said: str
) -> None:
    code, text = printed(capsys, monkeypatch, *asked)
    assert code == 2 and said in " ".join(text.split())
