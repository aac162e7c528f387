"""The commands `memo` and `publish`: what they write and say, and that a wrong question is told before any work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from compression.__main__ import app
from compression.errors import LabError, UsageError

MODEL = "digits/mlp"


def cli(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return json.loads(result.stdout)


@pytest.mark.parametrize("ending", ["html", "pptx", "md"])
def test_a_memo_is_written_and_opens_to_its_question(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"memo.{ending}"
    said = cli("memo", MODEL, "--lose", "2", "--guard", "flips=0.1", "-o", str(file))
    assert file.stat().st_size == said["bytes"]
    again = cli("memo", "--open", str(file))
    assert again["decision"] == said["decision"]
    assert again["since then"] == "The choice is still the same."
    assert again["command"].endswith("decide digits/mlp --lose 2 --guard flips=0.1")
    assert again["link"].endswith("share?model=digits%2Fmlp&lose=2&limit-flips=10")


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ((MODEL, "-o", "memo.docx"), r"\.html, \.pptx or \.md"),
        ((MODEL,), "A memo is of a model"),
        (("digits/none", "-o", "memo.md"), "There is no model"),
        ((MODEL, "-o", "memo.md", "--guard", "beauty=1"), "guard one of"),
        ((MODEL, "-o", "memo.md", "--lose", "-1"), "can't be"),
        ((MODEL, "-o", "memo.md", "--device", "toaster"), "There is no device"),
        (("--open", "pyproject.toml"), "carries no question of ours"),
    ],
)
def test_a_wrong_question_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], wrong: str
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=wrong):
        cli("memo", *arguments)
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


def test_a_memo_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="can't be read"):
        cli("memo", "--open", str(tmp_path / "none.html"))


def test_the_site_of_a_model_is_published(tmp_path: Path) -> None:
    said = cli("publish", str(tmp_path / "site"), "--models", f"{MODEL}, digits/cnn")
    assert Path(said["open"]).is_file()
    data = sorted(path.name for path in (tmp_path / "site/lab/data").iterdir())
    assert data == ["digits-cnn.js", "digits-mlp.js", "lessons.js"]


@pytest.mark.parametrize("models", ["digits/none", " , "])
def test_models_that_there_are_not_are_no_site(tmp_path: Path, models: str) -> None:
    with pytest.raises(UsageError):
        cli("publish", str(tmp_path / "site"), "--models", models)
    assert not (tmp_path / "site").exists()
