"""Each page runs alone and through the app, and says what it should without an engine's help."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from compression.models.catalogue import MODELS
from compression.recipe import Recipe
from compression.store import Store
from tests.measured import a_point
from tests.opened import ADDRESSES, FILES, ROOT, alone, in_app


def turn(test: AppTest, value: int) -> None:
    """Turn the bits knob; the second run draws what stands outside the answer again."""
    test.select_slider(key="bits").set_value(value).run()
    test.run()


def message(test: AppTest) -> dict:
    """What the page sent to the plot component."""
    return json.loads(test.get("bidi_component")[0].proto.json)[0]


def test_every_page_file_is_tested_here() -> None:
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "pages").glob("*/*.py")}
    faces_and_parts = ("pages/techniques/", "pages/parts/")
    assert {page for page in files if not page.startswith(faces_and_parts)} == set(FILES.values())


@pytest.mark.parametrize("page", ADDRESSES)
def test_a_page_runs_through_the_app(page: str) -> None:
    test = in_app(page)
    assert not test.exception
    assert len(test.title) == 1


@pytest.mark.parametrize("page", ADDRESSES)
def test_a_page_runs_alone(page: str) -> None:
    test = alone(page)
    assert not test.exception
    assert len(test.title) == 1


@pytest.mark.parametrize("page", ADDRESSES)
@pytest.mark.parametrize("model", MODELS)
def test_no_page_opens_empty(page: str, model: str) -> None:
    background = message(alone(page, model=model))["background"]
    assert len(background["keys"]) > 20
    assert "original" in background["techniques"]


def test_turning_a_knob_moves_the_current_point() -> None:
    test = in_app("quantization")
    model, keys = current_model(test), []
    for bits in (3, 2):
        recipe = Recipe.build(model, [f"quantize:bits={bits}"])
        Store.open().add(a_point().model_copy(update={"recipe": recipe}))
        turn(test, bits)
        keys.append(message(test)["current"]["key"])
    assert keys == [Recipe.build(model, [f"quantize:bits={bits}"]).key for bits in (3, 2)]


def test_a_bundled_point_is_drawn_in_the_same_run_with_its_figures() -> None:
    test = in_app("pruning")
    model = current_model(test)
    point = Store.open().lookup(Recipe.build(model, ["prune:sparsity=0.7"]))
    test.slider(key="sparsity").set_value(0.7).run()
    current = message(test)["current"]
    assert current["key"] == point.key
    assert current["figures"]["accuracy"][0] == pytest.approx(point.value("accuracy"), rel=1e-5)
    assert "smaller" in " ".join(text.value for text in test.markdown)


def test_undo_goes_back_and_reset_goes_to_the_defaults() -> None:
    test = in_app("quantization")
    for bits in (5, 3):
        turn(test, bits)
    test.button(key="undo").click().run()
    assert test.select_slider(key="bits").value == 5
    test.button(key="reset").click().run()
    assert test.select_slider(key="bits").value == 4


@pytest.mark.parametrize(
    "query",
    [
        {"model": "no/such", "bits": "99", "per": "row"},
        {"data": "nothing", "sparsity": "nan", "x1": "price"},
        {"scale": "sideways", "details": "Secrets", "sweep": "../../etc/passwd"},
        {"format": "decimal", "layers": "fc=99;;x", "exponent": "-1", "group": "7"},
        {"format": "float", "bits": "8", "layers": "nowhere=4", "mantissa": "10"},
    ],
)
@pytest.mark.parametrize("page", ADDRESSES)
def test_garbage_in_the_address_is_ignored(page: str, query: dict) -> None:
    assert not alone(page, **query).exception


def test_knobs_in_the_address_are_taken() -> None:
    test = alone("pruning", sparsity="0.8", data="digits", model="digits/cnn")
    assert test.slider(key="sparsity").value == 0.8
    assert message(test)["question"] == "digits/cnn"


@pytest.mark.parametrize("section", ["Number line", "Bits by layer", "Sensitivity"])
@pytest.mark.parametrize("page", ["quantization", "channel-pruning"])
def test_a_section_in_the_address_is_open_where_the_page_has_it(page: str, section: str) -> None:
    assert not alone(page, details=section).exception


def test_limits_cross_out_points_on_the_trade_offs_page() -> None:
    test = in_app("trade-offs")
    test.number_input(key="limit-accuracy").set_value(90.0).run()
    refused = message(test)["background"]["refused"]
    assert refused and all("accuracy" in text for text in refused.values())


def current_model(test: AppTest) -> str:
    return test.selectbox(key="model").value
