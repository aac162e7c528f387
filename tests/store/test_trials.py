"""What searches asked for is kept in order, replaced when it is asked again, and gone with its sweep."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from compression.recipe import Recipe
from compression.store import Store, SweepRecord
from compression.store.trials import Trial

KEY = "0123456789abcdef"


def a_store(folder: Path) -> Store:
    return Store(f"sqlite:///{folder / 'lab.db'}")


def trials(count: int, error: str = "") -> list[Trial]:
    recipes = (Recipe.build("digits/mlp", [f"quantize:bits={bits}"]) for bits in (2, 3, 4, 5))
    return [
        Trial(number, number // 2, recipe, 0.5 * (number % 2 == 0), error)
        for number, recipe in zip(range(count), recipes, strict=False)
    ]


def test_trials_come_back_in_order_and_later_words_on_them_replace_earlier_ones(
    tmp_path: Path,
) -> None:
    store = a_store(tmp_path)
    asked = trials(4)
    store.trials.write(KEY, asked[2:])
    store.trials.write(KEY, asked[:2])
    assert store.trials.of(KEY) == tuple(asked)
    failed = trials(4, error="It broke.")[1]
    store.trials.write(KEY, [failed])
    assert store.trials.of(KEY) == (asked[0], failed, *asked[2:])
    assert store.trials.of("another") == ()


def test_a_deleted_sweep_takes_its_trials_along(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.ledger.add(SweepRecord(KEY, "digits/mlp", "{}", "finished", 4))
    store.trials.write(KEY, trials(4))
    assert store.ledger.delete(KEY)
    assert store.trials.of(KEY) == ()


def test_a_store_of_before_has_no_trials_and_gets_them(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.trials.write(KEY, trials(1))
    with store._database.writing() as connection:
        connection.execute(text("DROP TABLE sweep_trials"))
    store.close()
    older = a_store(tmp_path)
    assert older.trials.of(KEY) == ()
    older.trials.write(KEY, trials(2))
    assert len(older.trials.of(KEY)) == 2


def test_a_trial_of_another_version_is_left_out(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.trials.write(KEY, trials(2))
    with store._database.writing() as connection:
        connection.execute(
            text("UPDATE sweep_trials SET recipe = '{\"model\": 7}' WHERE number = 0")
        )
    assert [trial.number for trial in store.trials.of(KEY)] == [1]
