"""A sweep of students that are trained in one run: the first is asked for, the others find their training done."""

from __future__ import annotations

from compression.recipe.sweep import Sweep
from tests.engine.conftest import Lab, until

MODEL = "digits/cnn"


def test_the_first_of_a_group_is_measured_before_the_others_and_each_once(lab: Lab) -> None:
    sweep = Sweep.parse(MODEL, ["distill:temperature=1|2|4"], seeds=(5, 6))
    lab.forget()
    run = lab.engine.start_sweep(sweep)
    assert until(lambda: run.progress.training is not None, 60)
    assert until(lambda: run.wait(0.2).finished, 60)
    assert (run.progress.state, run.progress.done) == ("finished", 6)
    begun = [(stage, key) for stage, key, _ in lab.begun("full")]
    assert {stage for stage, _ in begun} == {"full-with-6"}
    assert len(begun) == 6
    assert {key for _, key in begun} == {recipe.key for recipe in sweep.recipes()}
    assert lab.store.have(r.key for r in sweep.recipes()) == {r.key for r in sweep.recipes()}


def test_what_is_known_already_is_not_trained_again(lab: Lab) -> None:
    known = Sweep.parse(MODEL, ["distill:temperature=8"], seed=3)
    until(lambda: lab.engine.start_sweep(known).progress.finished, 60)
    lab.forget()
    run = lab.engine.start_sweep(Sweep.parse(MODEL, ["distill:temperature=8|9|10"], seed=3))
    assert until(lambda: run.wait(0.2).finished, 60)
    assert run.progress.done == 3
    assert {stage for stage, _, _ in lab.begun("full")} == {"full-with-2"}


def test_a_cancelled_sweep_stops_the_training_of_all(lab: Lab) -> None:
    run = lab.engine.start_sweep(Sweep.parse(MODEL, ["distill:temperature=1|2"], seed=500))
    assert until(lambda: run.progress.training is not None, 60)
    run.cancel()
    assert until(lambda: lab.begun("stopped"), 20)
    assert not lab.store.have(r.key for r in run.sweep.recipes())
