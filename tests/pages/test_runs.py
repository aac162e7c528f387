"""The list of runs: what each says, and that every button does what it is called."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from compression.engine import SweepProgress
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord
from compression.store.sweeps import SweepState
from pages.parts import data
from pages.parts.jobs.sweep_words import in_words
from tests.opened import in_app

MODEL = "digits/mlp"
SWEEP = Sweep.parse(MODEL, ["prune:sparsity=0..0.9", "quantize:bits=2|4"], points=5)


class Run:
    """A sweep that measures nothing: how far it is, the test says."""

    def __init__(self, sweep: Sweep, state: SweepState) -> None:
        self.sweep = sweep
        self.progress = SweepProgress(sweep.key, state, 4, 0, len(sweep), seconds_left=75.0)

    def cancel(self) -> None:
        Store.open().ledger.cancel(self.sweep.key)
        self.progress = SweepProgress(self.sweep.key, "cancelled", 4, 0, len(self.sweep))


class Engine:
    """Runs nothing; starts and deletes are told to the store, as by the real one."""

    under_way = ()
    workers = 0

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}

    def sweep(self, key: str) -> Run | None:
        return self.runs.get(key)

    def start_sweep(self, sweep: Sweep) -> None:
        seen = Store.open().sweep(sweep.key)
        assert seen is not None and Store.open().ledger.take(seen, "test")
        self.runs[sweep.key] = Run(sweep, "running")

    def delete_sweep(self, key: str) -> bool:
        self.runs.pop(key, None)
        return Store.open().ledger.delete(key)

    def hurry(self) -> None:
        """It has no cluster."""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    engine = Engine()
    monkeypatch.setattr(data, "engine", lambda: engine)
    ledger = Store.open().ledger
    for record in ledger.all():
        ledger.delete(record.key)
    yield engine
    ledger.delete(SWEEP.key)


def asked(engine: Engine, state: SweepState = "running", sweep: Sweep = SWEEP) -> None:
    body = sweep.model_dump_json()
    Store.open().ledger.add(
        SweepRecord(sweep.key, MODEL, body, state, len(sweep), done=4, owner="test")
    )
    engine.runs[sweep.key] = Run(sweep, state)


def text(test: AppTest) -> str:
    links = [link.proto.label for link in test.get("page_link")]
    bars = [bar.proto.text for bar in test.get("progress")]
    return "\n".join(
        [*links, *bars, *(c.value for c in test.caption), *(i.value for i in test.info)]
    )


def names(test: AppTest) -> set[str]:
    return {button.key.rpartition("-")[0] for button in test.button if "-" in (button.key or "")}


def test_without_runs_it_says_how_to_begin(engine: Engine) -> None:
    test = in_app("runs")
    assert not test.exception and [title.value for title in test.title] == ["Runs"]
    assert "No runs yet" in text(test)


def test_a_running_sweep_says_what_it_is_how_far_and_how_long(engine: Engine) -> None:
    asked(engine)
    said = text(in_app("runs"))
    assert "Pruning: sparsity 0 to 0.9, then quantization: bits 2, 4" in said
    assert "4 of 10 points, about 75 s left" in said


def test_it_is_cancelled_resumed_and_deleted(engine: Engine) -> None:
    asked(engine)
    key, store = SWEEP.key, Store.open()
    test = in_app("runs")
    assert {"cancel", "rename", "delete"} <= names(test) and "resume" not in names(test)
    test.button(key=f"cancel-{key}").click().run()
    assert store.sweep(key).state == "cancelled" and "Cancelled: 4 of 10 points." in text(test)
    test.button(key=f"resume-{key}").click().run()
    assert store.sweep(key).state == "running" and "cancel" in names(test)
    test.button(key=f"delete-{key}").click().run()
    assert store.sweep(key) is None and "No runs yet" in text(test)
    assert not test.exception


def test_it_is_renamed_and_keeps_the_name(engine: Engine) -> None:
    asked(engine, "cancelled")
    test = in_app("runs")
    test.text_input(key=f"name-{SWEEP.key}-0").set_value("Night run").run()
    test.button(key=f"rename-{SWEEP.key}").click().run()
    assert Store.open().sweep(SWEEP.key).name == "Night run"
    assert "Night run" in text(in_app("runs")) and "Night run" in text(in_app())


def test_a_run_that_was_deleted_meanwhile_gets_no_name_and_says_so(engine: Engine) -> None:
    asked(engine, "cancelled")
    test = in_app("runs")
    Store.open().ledger.delete(SWEEP.key)
    test.text_input(key=f"name-{SWEEP.key}-0").set_value("Late")
    test.button(key=f"rename-{SWEEP.key}").click().run()
    assert [error.value for error in test.error] == [
        "That run was deleted meanwhile, so it has no name."
    ]


def test_a_run_of_another_version_can_only_be_renamed_or_deleted(engine: Engine) -> None:
    asked(engine, "cancelled")
    engine.runs.clear()
    test = in_app("runs")
    assert "of another version, or of other weights" in text(test)
    assert names(test) == {"rename", "delete"}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (["prune:sparsity=..,repair=bias"], "Pruning: sparsity 0 to 0.98"),
        (["prune:sparsity=0.5", "quantize:bits=2|4"], "Pruning (50 % zeros"),
        (["quantize:per=.."], "Quantization: every "),
    ],
)
def test_a_sweep_without_a_name_is_called_by_what_it_varies(steps: list[str], said: str) -> None:
    assert in_words(Sweep.parse(MODEL, steps)).startswith(said)
