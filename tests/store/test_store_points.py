"""What the store promises about points: whole, durable, final, and seen by every reader."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from compression.point import Point
from compression.recipe import Recipe
from compression.store import Store, bundled
from tests.measured import MODEL, a_point, a_recipe

ROOT = Path(__file__).parents[2]


def test_a_point_comes_back_as_it_went_in(store: Store, file: Path) -> None:
    point = a_point()
    assert store.add(point)
    assert Store(f"sqlite:///{file}").get(point.key) == point


def test_an_unknown_key_is_none(store: Store) -> None:
    assert store.get("0" * 16) is None
    assert store.points(MODEL) == ()
    assert store.version(MODEL) == 0


def test_a_full_point_is_final(store: Store) -> None:
    first = a_point()
    store.add(first)
    other = first.model_copy(update={"measurements": {}})
    assert not store.add(other)
    assert store.get(first.key) == first


def test_a_full_point_replaces_an_estimate_but_not_the_other_way(store: Store) -> None:
    assert store.add(a_point(stage="estimate"))
    assert store.add(a_point(stage="full"))
    assert not store.add(a_point(stage="estimate"))
    assert [point.stage for point in store.points(MODEL)] == ["full"]


def test_the_version_grows_with_every_point_of_the_model_only(store: Store) -> None:
    store.add(a_point(0))
    before = store.version(MODEL)
    store.add(a_point(1))
    store.add(a_point(0, model="fashion-mnist/resnet8"))
    assert store.version(MODEL) == before + 1
    store.add(a_point(1))
    assert store.version(MODEL) == before + 1


def test_points_since_a_version_are_only_the_later_ones(store: Store) -> None:
    store.add(a_point(0))
    version = store.version(MODEL)
    store.add(a_point(1))
    assert [point.key for point in store.points(MODEL, since=version)] == [a_recipe(1).key]


def test_a_reader_sees_what_another_process_adds(store: Store, file: Path) -> None:
    store.add(a_point(0))
    assert len(store.points(MODEL)) == 1
    Store(f"sqlite:///{file}").add(a_point(1))
    assert {point.key for point in store.points(MODEL)} == {a_recipe(0).key, a_recipe(1).key}


def test_points_measured_on_other_weights_no_longer_count(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compression.store.rows.hashes", lambda _: {"weights": "of others"})
    store.add(a_point())
    monkeypatch.undo()
    assert store.points(MODEL) == ()


def test_all_models_points_are_returned_when_none_is_named(store: Store) -> None:
    store.add_all([a_point(0), a_point(0, model="fashion-mnist/resnet8")])
    assert {point.recipe.model for point in store.points()} == {MODEL, "fashion-mnist/resnet8"}


def test_four_processes_add_at_once_and_nothing_is_lost(store: Store, file: Path) -> None:
    script = (
        "import sys; from compression.store import Store; from tests.measured import a_point\n"
        "store = Store(f'sqlite:///{sys.argv[1]}')\n"
        "for seed in range(int(sys.argv[2]), int(sys.argv[2]) + 30): store.add(a_point(seed))"
    )
    adders = [  # each shares ten points with the next
        subprocess.Popen([sys.executable, "-c", script, str(file), str(first)], cwd=ROOT)
        for first in (0, 20, 40, 60)
    ]
    assert [adder.wait(120) for adder in adders] == [0, 0, 0, 0]
    assert {point.recipe.seed for point in store.points(MODEL)} == set(range(90))


@pytest.mark.alone
def test_ten_thousand_points_are_read_once_and_faster_than_they_are_parsed(
    store: Store, file: Path
) -> None:
    """Against reading their JSON with nothing beside it, in the same process: seconds would be of the machine."""
    points = [a_point(seed) for seed in range(10_000)]
    store.add_all(points)
    bodies = [point.model_dump_json() for point in points]
    reader = Store(f"sqlite:///{file}")

    def seconds(read: Callable[[], Sequence[Point]]) -> float:
        before = time.process_time()
        assert len(read()) == 10_000
        return time.process_time() - before

    first = seconds(lambda: reader.points(MODEL))
    again = seconds(lambda: reader.points(MODEL))
    parsed = seconds(lambda: [Point.model_validate_json(body) for body in bodies])
    assert first < parsed and again < 0.05 * parsed, f"{first:.2f}, {again:.3f}, {parsed:.2f} s"


def test_own_points_hide_bundled_ones_of_the_same_key(store: Store, tmp_path: Path) -> None:
    bundled.write(MODEL, [a_point(0), a_point(1)], tmp_path / "bundled")
    store.add(a_point(1))
    assert {(p.recipe.seed, p.origin) for p in store.known(MODEL)} == {(0, "bundled"), (1, "here")}
    points = [store.lookup(a_recipe(seed)) for seed in range(3)]
    assert [point and point.origin for point in points] == ["bundled", "here", None]


def test_a_bundled_value_never_passes_for_one_measured_here(tmp_path: Path) -> None:
    bundled.write(MODEL, [a_point()], tmp_path)
    (point,) = bundled.points(MODEL, tmp_path).values()
    assert {m.how for m in point.measurements.values()} == {"bundled"}


def test_bundled_lines_of_other_weights_or_in_bad_shape_are_left_out(tmp_path: Path) -> None:
    file = bundled.write(MODEL, [a_point(0), a_point(1)], tmp_path)
    stale = file.read_text().replace(a_recipe(0).key, "0" * 16)
    file.write_text(stale + "{not json\n" + '{"key": 1}\n')
    os.utime(file, ns=(1, 1))
    assert list(bundled.points(MODEL, tmp_path)) == [a_recipe(1).key]


def test_a_model_without_bundled_points_has_none(store: Store) -> None:
    assert store.lookup(Recipe.build("fashion-mnist/resnet8")) is None


@pytest.mark.skipif(
    not os.environ.get("COMPACT_TEST_POSTGRES"),
    reason="COMPACT_TEST_POSTGRES names no PostgreSQL database to test on",
)
def test_the_same_promises_hold_on_postgresql() -> None:
    store = Store(os.environ["COMPACT_TEST_POSTGRES"])
    seed = int(time.time())
    assert store.add(a_point(seed))
    assert not store.add(a_point(seed))
    assert a_recipe(seed).key in {point.key for point in store.points(MODEL)}
