"""What every technique's face promises: a new one is tested here the moment it is listed."""

from __future__ import annotations

import re
from pkgutil import resolve_name

import pytest
from streamlit.material_icon_names import ALL_MATERIAL_ICONS

from compression.recipe import make_step
from compression.techniques import TECHNIQUES
from pages.parts.faces import FACES
from pages.parts.plots.signs import CHAIN, ORIGINAL, REFUSED, RESERVED
from pages.techniques.face import TEXTS, Face
from tests.contrast import contrast, themed
from tests.opened import ROOT, alone, in_app

faces = pytest.mark.parametrize("face", FACES.values(), ids=FACES)
SHAPES = (ROOT / "assets/plots/signs.js").read_text()


def test_techniques_and_faces_are_the_same() -> None:
    assert set(FACES) == set(TECHNIQUES)
    assert all(FACES[name].step is step for name, step in TECHNIQUES.items())


def test_every_file_beside_the_faces_is_listed() -> None:
    files = {path.stem for path in (ROOT / "pages/techniques").glob("*.py")} - {"face"}
    listed = {resolve_name(f"pages.techniques.{file}:FACE").name for file in files}
    assert listed == set(FACES) and len(files) == len(FACES)


@pytest.mark.parametrize("part", ["address", "icon"])
def test_no_two_pages_share_an_address_or_an_icon(part: str) -> None:
    assert len({getattr(face, part) for face in FACES.values()}) == len(FACES)


@faces
def test_address_and_icon_are_what_streamlit_takes(face: Face) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", face.address)
    assert face.icon in ALL_MATERIAL_ICONS


@faces
def test_the_page_stands_under_its_address(face: Face) -> None:
    test = in_app(face.address)
    assert not test.exception
    assert [title.value for title in test.title] == [face.step.label]


@faces
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_sign_has_contrast_3(face: Face, theme: str) -> None:
    assert contrast(getattr(face.sign, theme), themed(theme, "backgroundColor")) >= 3


@faces
@pytest.mark.parametrize("part", ["label", "symbol", "light", "dark"])
def test_its_sign_is_taken_by_nothing_else(face: Face, part: str) -> None:
    others = [other.sign for other in FACES.values() if other is not face]
    reserved = [sign for name, sign in RESERVED.items() if name != face.name]
    taken = {getattr(sign, part) for sign in (*others, *reserved, ORIGINAL, CHAIN, REFUSED)}
    assert getattr(face.sign, part) not in taken


@faces
def test_the_browser_can_draw_its_sign(face: Face) -> None:
    assert re.search(rf'^  "?{face.sign.symbol}"?: \(r\)', SHAPES, re.MULTILINE)


@faces
def test_its_text_tells_something_when_it_is_opened(face: Face) -> None:
    assert len(face.text.split()) > 50
    said = [text.value for text in alone(face.address, details="About").markdown]
    assert face.text.strip() in said


def test_there_is_no_text_without_a_face() -> None:
    assert {path.stem for path in TEXTS.glob("*.md")} == {*FACES, "glossary"}


@faces
def test_its_presets_are_settings_of_its_knobs(face: Face) -> None:
    if face.presets is None:
        return
    (before,) = (knob for knob in face.step.knobs() if knob.name == face.presets.before)
    shown = {name: wanted[0] for name, wanted in before.when.items()}
    for chip, values in face.presets.chips.items():
        step = make_step(face.step, {**shown, **values})
        assert face.presets.current(step.model_dump()) == chip


@faces
def test_what_it_names_is_there(face: Face) -> None:
    functions = [*face.panels.values(), *face.choosers.values()]
    functions += [each for each in (face.lineage, face.promise, face.doubt) if each]
    assert all(callable(resolve_name(function)) for function in functions)
    assert set(face.choosers) <= {knob.name for knob in face.step.knobs() if not knob.form}
