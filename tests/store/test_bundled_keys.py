"""Every bundled point is still known by the key that it was measured under."""

import json

from compression.point import Point
from compression.store.bundled import FOLDER

LINES = [line for file in sorted(FOLDER.rglob("*.jsonl")) for line in file.read_text().splitlines()]


def test_the_key_of_every_bundled_point_is_that_of_its_recipe() -> None:
    rows = [json.loads(line) for line in LINES]
    known = {row["key"] for row in rows}
    assert {Point.model_validate(row["point"]).recipe.key for row in rows} == known
    assert len(known) == len(rows) >= 1233
