"""The home page: a tile for each technique, what was measured last, old links, and where the tour begins."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from compression.models.catalogue import MODELS
from compression.point.best_within import best_within
from compression.recipe import Recipe
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord, bundled
from pages.parts import data
from pages.parts.faces import FACES
from pages.parts.shell.recent_runs import ago, one_of_each
from tests.measured import a_point
from tests.opened import in_app

MODEL = "digits/mlp"

OTHER_COSTS = {"slice": "largest device", "federate": "sent in training"}
"""What is saved by techniques that leave a file as large as it was."""

OTHERS = {"subnet": "fashion-mnist/supernet"}
"""The models of techniques that can't be done to the home page's own."""


def miniatures(test: AppTest) -> list[str]:
    sent = (json.loads(each.proto.json) for each in test.get("bidi_component"))
    return [message["svg"] for message in sent if "svg" in message]


def links(test: AppTest) -> dict[str, str]:
    """Where the page's links lead, by what they say."""
    found = {each.proto.label: each.proto for each in test.get("page_link")}
    return {label: f"{link.page}?{link.query_string}" for label, link in found.items()}


def test_it_says_its_name_and_has_a_tile_for_each_technique() -> None:
    test = in_app()
    assert not test.exception
    assert [title.value for title in test.title] == ["Compact AI Lab"]
    pictures = miniatures(test)
    assert len(pictures) == len(FACES) + 1
    for face, picture in zip(FACES.values(), pictures, strict=False):
        assert f"light-dark({face.sign.light}, {face.sign.dark})" in picture
        assert ("with a mark at" in picture) == (face.name not in OTHER_COSTS)
        assert links(test)[face.step.label].startswith(face.address)


def test_its_best_small_files_are_links_that_open_them() -> None:
    test = in_app()
    found = {label: where for label, where in links(test).items() if " kB: " in label}
    assert 1 <= len(found) <= 4 and all("%" in label for label in found)
    best = best_within(data.known("fashion-mnist/resnet8").points, 20_480)
    assert best is not None
    (last,) = [label for label in found if best.text("size_bytes") in label]
    assert best.text("accuracy") in last and "model=fashion-mnist%2Fresnet8" in found[last]


def test_a_tile_shows_the_points_of_its_technique_and_the_knee_in_words() -> None:
    test = in_app()
    for face in FACES.values():
        on = OTHERS.get(face.name, "fashion-mnist/resnet8")
        summed_up = data.trade_off(data.known(on), on, face.name, face.cost)
        assert summed_up is not None
        assert {p.recipe.technique for p in summed_up.points} <= {"original", face.name}
        said = [text.value for text in test.caption]
        spoken_of = summed_up.spoken_of
        assert spoken_of is not None
        begins = f"{spoken_of.recipe.describe()}: "
        if (cost := OTHER_COSTS.get(face.name)) is None:
            assert any(text.startswith(begins) for text in said)
            continue
        assert spoken_of.value(face.cost) == min(p.value(face.cost) for p in summed_up.best)
        figures = f"{begins}{spoken_of.text(face.cost)}, accuracy {spoken_of.text('accuracy')} ("
        assert any(f"another figure: {cost}. {figures}" in text for text in said)


def test_each_technique_can_be_read_about() -> None:
    leads = links(in_app())
    for face in FACES.values():
        lead = leads[f"How {face.step.label.lower()} works"]
        assert lead.startswith(face.address) and "details=About" in lead
        assert OTHERS.get(face.name, "fashion-mnist/resnet8").replace("/", "%2F") in lead


@pytest.mark.parametrize("query", [{"model": MODEL, "bits": "3"}, {"bits": "3"}])
def test_an_old_link_still_leads_to_the_quantization_page(query: dict[str, str]) -> None:
    test = in_app(**query)
    assert [title.value for title in test.title] == ["Quantization"]
    assert test.select_slider(key="bits").value == 3
    assert test.selectbox(key="model").value == query.get("model", "fashion-mnist/resnet8")


def test_what_streamlit_itself_puts_in_the_address_is_no_old_link() -> None:
    assert in_app(embed="true").title[0].value == "Compact AI Lab"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """What the pages read, and no other test's engine writes to."""
    alone = Store(f"sqlite:///{tmp_path / 'lab.db'}")
    monkeypatch.setattr(data, "store", lambda: alone)
    return alone


def test_points_and_sweeps_of_this_machine_are_listed_with_links(store: Store) -> None:
    recipe = Recipe.build(MODEL, ["quantize:bits=3,group=16"])
    now = datetime.now(timezone.utc)
    store.add(a_point().model_copy(update={"recipe": recipe, "created": now}))
    ahead = Recipe.build(MODEL, ["quantize:bits=2,group=16"])
    newer = a_point().model_copy(update={"recipe": ahead, "created": now + timedelta(seconds=9)})
    store.add_all([newer], {ahead.key})
    sweep = Sweep.parse(MODEL, ["prune:sparsity=0.1..0.4"])
    record = SweepRecord(sweep.key, MODEL, sweep.model_dump_json(), "finished", 16, done=16)
    store.ledger.add(record)
    leads = links(in_app())
    (point,) = (where for label, where in leads.items() if recipe.describe() in label)
    assert not any(ahead.describe() in label for label in leads), "nobody has asked for it"
    assert point.startswith("quantization") and "bits=3" in point and "group=16" in point
    (swept,) = (where for label, where in leads.items() if "16 of 16" in label)
    assert swept.startswith("pruning") and f"sweep={sweep.key}" in swept


def test_a_store_that_cannot_be_read_leaves_the_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    from compression.errors import StoreError

    def broken(*_: object) -> None:
        raise StoreError("The store is damaged: move it away.")

    for name in ("version", "recent", "sweeps"):
        monkeypatch.setattr(Store, name, broken)
    test = in_app()
    assert not test.exception and len(miniatures(test)) == len(FACES) + 1
    assert {error.value for error in test.error} == {"The store is damaged: move it away."}


def test_the_newest_of_each_model_and_technique_is_listed() -> None:
    now = datetime.now(timezone.utc)
    texts = ("quantize:bits=3", "quantize:bits=2", "prune")
    points = [
        a_point().model_copy(
            update={"recipe": Recipe.build(MODEL, [text]), "created": now - timedelta(n)}
        )
        for n, text in enumerate(texts)
    ]
    assert one_of_each(points) == [points[0], points[2]]


def test_the_store_tells_its_newest_points_of_all_models(store: Store) -> None:
    asked = ("digits/cnn", "watch/gru")
    for model in asked:
        store.add(a_point(model=model))
    newest = store.recent(1)
    assert [point.recipe.model for point in newest[:2]] == list(reversed(asked))
    assert len({point.recipe.model for point in newest}) == len(newest)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "just now"), (300, "5 min ago"), (7300, "2 h ago"), (4 * 86400, "4 days ago")],
)
def test_times_are_told_in_words(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_every_model_has_tiles_that_are_drawn_in_a_blink() -> None:
    for model in MODELS:
        points = bundled.points(model)
        known = data.bundled_only(model)
        assert len(points) == len(known.points)
        began = time.perf_counter()
        drawn = [data.trade_off(known, model, name) for name in (*FACES, None)]
        assert time.perf_counter() - began < 1
        assert all(each is not None and each.best for each in drawn)


def test_the_start_button_leads_into_the_tour() -> None:
    test = in_app()
    test.button(key="tour-start").click().run()
    assert [title.value for title in test.title] == ["Quantization"]
    assert any(re.match("Tour, 1 of 3", text.value) for text in test.caption)
