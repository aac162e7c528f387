"""The front, against truth tables drawn by hand and the definition."""

from datetime import datetime, timezone

import numpy as np
import pytest

from compression.errors import UsageError
from compression.point import Environment, Measurement, Point
from compression.point.pareto import (
    DOMINATED,
    ON_FRONT,
    POSSIBLE,
    feasible,
    front,
    front_mask,
    standings,
)
from compression.recipe import Recipe


def point(bits: int, accuracy: float | None, size: float | None, spread: float = 0.0) -> Point:
    measured = {"size_bytes": Measurement(value=size, unit="bytes", how="measured")}
    if accuracy is not None:
        measured["accuracy"] = Measurement(
            value=accuracy,
            unit="fraction",
            how="measured",
            low=accuracy - spread,
            high=accuracy + spread,
        )
    return Point(
        recipe=Recipe.build("digits/mlp", [f"quantize:bits={bits}"]),
        measurements=measured,
        environment=Environment(machine="test", cores=1, threads=1, python="3"),
        created=datetime(2026, 1, 1, tzinfo=timezone.utc),
    )


@pytest.mark.parametrize(
    ("costs", "kept"),
    [
        ([[1, 1]], [True]),
        ([[1, 2], [2, 1]], [True, True]),
        ([[1, 1], [1, 1]], [True, True]),  # equals don't beat each other
        ([[1, 1], [1, 2]], [True, False]),  # as good in one, worse in the other
        ([[1, 1], [2, 2]], [True, False]),
        ([[3, 1], [2, 2], [1, 3], [3, 3]], [True, True, True, False]),
        ([[np.nan, 1], [1, 1]], [False, True]),
        ([[1, np.nan]], [False]),
    ],
)
def test_the_front_is_what_a_hand_drawn_table_says(costs: list, kept: list) -> None:
    assert front_mask(np.array(costs, dtype=float)).tolist() == kept


@pytest.mark.parametrize("objectives", [2, 3])
def test_the_front_is_what_its_definition_says(objectives: int) -> None:
    """No other row is nowhere worse and somewhere better; every seventh row has a figure missing."""
    costs = np.random.default_rng(objectives).integers(0, 30, (400, objectives)).astype(float)
    costs[::7, 0] = np.nan
    nowhere_worse = (costs[:, None] <= costs[None]).all(axis=2)
    somewhere_better = (costs[:, None] < costs[None]).any(axis=2)
    beaten = (nowhere_worse & somewhere_better).any(axis=0)
    expected = ~beaten & ~np.isnan(costs).any(axis=1)
    assert front_mask(costs).tolist() == expected.tolist()


def test_front_orders_by_size_and_drops_the_beaten() -> None:
    points = [point(8, 0.92, 80), point(4, 0.91, 40), point(5, 0.90, 50), point(2, 0.30, 20)]
    assert [p.value("size_bytes") for p in front(points, "size_bytes")] == [20, 40, 80]


def test_limits_cut_the_front_on_the_worse_side_of_each_metric() -> None:
    points = [point(8, 0.92, 80), point(4, 0.91, 40), point(2, 0.30, 20)]
    kept = front(points, "size_bytes", limits={"accuracy": 0.9, "size_bytes": 60})
    assert [p.value("size_bytes") for p in kept] == [40]


def test_an_unmeasured_point_keeps_no_limit_and_is_on_no_front() -> None:
    unmeasured = point(3, None, 10)
    assert not feasible(unmeasured, {"accuracy": 0.1})
    assert front([unmeasured], "size_bytes") == []


def test_an_unknown_metric_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="did you mean size_bytes"):
        front([], "size_byte")


@pytest.mark.parametrize("limit", [float("nan"), float("inf"), -float("inf")])
def test_a_limit_that_is_no_number_is_refused(limit: float) -> None:
    with pytest.raises(UsageError, match="size_bytes=.* finite number"):
        front([point(4, 0.9, 40)], "size_bytes", limits={"size_bytes": limit})


def test_a_point_whose_interval_reaches_the_front_is_possibly_on_it() -> None:
    points = [
        point(4, 0.91, 40),
        point(5, 0.905, 50, spread=0.01),
        point(6, 0.80, 60, spread=0.01),
        point(3, None, 10),
    ]
    assert standings(points, "size_bytes") == [ON_FRONT, POSSIBLE, DOMINATED, DOMINATED]


def test_no_points_have_no_standing() -> None:
    assert standings([], "size_bytes") == []
