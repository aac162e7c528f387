"""Questions that are no recipes: answered, shared, kept, refused, and asked again after a loss."""

from __future__ import annotations

import time

import pytest

from compression.errors import EngineError
from compression.recipe import Recipe
from tests.engine.conftest import Lab, until


def begun(lab: Lab, question: str) -> int:
    return len(lab.begun(f"ask-{question}"))


def test_a_question_is_answered_with_what_the_worker_said(lab: Lab) -> None:
    asked = {"recipe": {"steps": [1.58, "a"]}, "layer": ""}
    assert lab.engine.ask("plain", asked).result(60) == asked


def test_equal_questions_share_one_answer_and_others_do_not(lab: Lab) -> None:
    answers = [lab.engine.ask("shared", {"n": 1, "m": 2}) for _ in range(20)]
    answers += [lab.engine.ask("shared", {"m": 2, "n": 1})]
    other = lab.engine.ask("shared", {"n": 2, "m": 2})
    assert {id(answer) for answer in answers} == {id(answers[0])}
    assert (answers[0].result(30)["n"], other.result(30)["n"]) == (1, 2)
    assert begun(lab, "shared") == 2


def test_an_answer_is_kept(lab: Lab) -> None:
    lab.engine.ask("kept", {}).result(30)
    again = lab.engine.ask("kept", {})
    assert again.done
    assert begun(lab, "kept") == 1


def test_asking_does_not_block(lab: Lab) -> None:
    before = time.monotonic()
    answer = lab.engine.ask("slow", {"seconds": 0.5})
    assert time.monotonic() - before < 0.3
    assert not answer.wait(0.01)
    with pytest.raises(EngineError, match="No answer came"):
        answer.result(0.01)
    assert answer.result(30)


@pytest.mark.parametrize(("question", "says"), [("refused", "no layer"), ("fails", "ran out")])
def test_a_failure_is_one_sentence(lab: Lab, question: str, says: str) -> None:
    answer = lab.engine.ask(question, {})
    with pytest.raises(EngineError, match=says) as error:
        answer.result(30)
    assert "\n" not in str(error.value)


def test_a_question_survives_the_death_of_its_worker(lab: Lab) -> None:
    assert lab.engine.ask("dies_once", {"n": 3}).result(60) == {"n": 3}
    assert until(lambda: begun(lab, "dies_once") == 2)


def test_a_closed_engine_says_so(tmp_path, monkeypatch) -> None:
    from compression.engine import Engine

    engine = Engine(module="fake_tasks")
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        engine.ask("late", {}).result(5)


def test_an_answer_about_a_point_is_kept_beside_it_and_outlives_the_engine(lab: Lab) -> None:
    recipe = Recipe.build("digits/mlp", ["prune"]).model_dump(mode="json")
    asked = {"model": "digits/mlp", "recipe": recipe}
    lab.engine.ask("guards", asked).result(60)
    assert until(lambda: lab.engine.store.beside.find("guards", asked) == asked)
    again = lab.engine.ask("guards", {**asked, "kept": "0" * 64})
    assert again.done and again.value == asked
    assert begun(lab, "guards") == 1
