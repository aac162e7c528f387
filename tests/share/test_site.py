"""The published site: its size, its paths, what is told of each point, and the folder that it is put into."""

from __future__ import annotations

import errno
import json
import re
import shlex
from pathlib import Path

import pytest

from compression.errors import LabError, UsageError
from compression.models.catalogue import MODELS
from compression.recipe import Recipe
from compression.share.columns import columns
from compression.share.scripts import joined
from compression.share.signs import signs
from compression.share.site import as_zip, publish, site
from compression.share.site.families import families
from compression.share.site.publish import MARKER
from compression.store import bundled
from pages.parts.plots.signs import signs as drawn_in_the_app

DIGITS = "digits/mlp"


def known(model=DIGITS):
    return sorted(bundled.points(model).values(), key=lambda p: (bool(p.recipe.steps), p.key))


@pytest.fixture(scope="module")
def files():
    return site({DIGITS: known()})


def told(content: bytes):
    return json.loads(content.decode().partition(" = ")[2].rstrip(";\n"))


def test_the_site_of_all_bundled_points_is_small() -> None:
    whole = site({model: known(model) for model in MODELS})
    assert sum(map(len, whole.values())) < 12e6
    assert (
        sum(
            len(told(c)["keys"])
            for name, c in whole.items()
            if "/data/" in name and "lessons" not in name
        )
        > 1_400
    )


def test_its_page_names_only_files_that_come_with_it(files) -> None:
    html = files["index.html"].decode()
    named = re.findall(r'(?:src|href)="([^"#]+)"', html)
    assert {name for name in named if not name.startswith("data:")} <= set(files)
    assert "://" not in html and not re.search(r"<[^>]*\son\w+=", html)


def test_its_styles_come_with_it(files) -> None:
    named = set(re.findall(r"[\w-]+\.css", files["lab/site.js"].decode()))
    assert named and named <= {name.rpartition("/")[2] for name in files}


def test_its_script_is_classic(files) -> None:
    script = files["lab/site.js"].decode()
    assert not re.search(r"^(import|export)\b|import\.meta|import\(", script, re.MULTILINE)


def test_its_figures_are_the_points_own(files) -> None:
    found = told(files["lab/data/digits-mlp.js"])
    points = {point.key: point for point in known()}
    assert set(found["keys"]) == set(points)
    for row, key in enumerate(found["keys"]):
        assert found["values"]["size_bytes"][row] == pytest.approx(points[key].value("size_bytes"))
        assert found["values"]["accuracy"][row] == pytest.approx(points[key].quality, rel=1e-5)


def test_a_slider_leads_only_to_measured_points() -> None:
    points = known()
    for family in families(points):
        for row, *own in family["rows"]:
            steps = points[row].recipe.steps
            assert [step.technique for step in steps] == family["techniques"]
            assert all(
                place < len(knob["texts"]) for place, knob in zip(own, family["knobs"], strict=True)
            )


def test_estimates_are_left_out() -> None:
    estimate = known()[1].model_copy(update={"stage": "estimate"})
    found = told(site({DIGITS: [*known()[:1], estimate, *known()[2:5]]})["lab/data/digits-mlp.js"])
    assert estimate.key not in found["keys"] and len(found["keys"]) == 4


def test_points_are_drawn_as_in_the_app() -> None:
    ours = {name: (s.label, s.symbol, s.light, s.dark) for name, s in signs().items()}
    assert ours == {n: (s.label, s.symbol, s.light, s.dark) for n, s in drawn_in_the_app().items()}


def test_what_joins_no_classic_script_is_refused(monkeypatch, tmp_path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport { b };\n')
    (tmp_path / "b.js").write_text("export const b = 1;\n")
    monkeypatch.setattr("compression.share.scripts.ASSETS", tmp_path)
    with pytest.raises(ValueError, match="a.js has a line that can't be joined"):
        joined("a.js")


def test_a_folder_of_ones_own_is_refused(tmp_path, files) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match=re.escape("thesis.tex")):
        publish(tmp_path, files)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_the_folder_one_is_in_is_refused(tmp_path, files, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="where you are"):
        publish(Path(), files)


def test_a_site_is_replaced_as_a_whole(tmp_path, files) -> None:
    place = tmp_path / "site"
    publish(place, {**files, "lab/data/old.js": b"", MARKER: _marker([*files, "lab/data/old.js"])})
    publish(place, files)
    assert {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()} == set(files)
    (place / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=re.escape("notes.txt")):
        publish(place, files)


def test_a_full_disk_leaves_what_was_there(tmp_path, files, monkeypatch) -> None:
    place = tmp_path / "site"
    publish(place, files)
    monkeypatch.setattr("os.fsync", _full)
    with pytest.raises(LabError, match="the disk is full"):
        publish(place, files)
    assert (place / "index.html").exists() and [p.name for p in tmp_path.iterdir()] == ["site"]


def test_the_archive_holds_the_same_files(files) -> None:
    import io
    import zipfile

    archive = zipfile.ZipFile(io.BytesIO(as_zip(files)))
    assert {name.removeprefix("compact-ai-lab/") for name in archive.namelist()} == set(files)


def test_the_command_of_a_point_measures_it_again() -> None:
    for point, command in zip(known(), columns(known())["commands"], strict=True):
        _, _, _, run, model, *rest = shlex.split(command)
        steps = [word for word, before in zip(rest[1:], rest, strict=False) if before == "--step"]
        seed = int(rest[-1]) if "--seed" in rest else 0
        assert (run, Recipe.build(model, steps, seed).key) == ("run", point.key)


def _marker(names) -> bytes:
    return json.dumps({"kind": "site", "files": [*names]}).encode()


def _full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")
