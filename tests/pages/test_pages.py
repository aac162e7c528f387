"""Each page runs alone and through the app, and says what it should without an engine's help."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from compression.models.catalogue import MODELS
from compression.recipe import Recipe
from compression.store import Store
from tests.measured import a_point

ROOT = Path(__file__).parents[2]
PAGES = [
    "pages/techniques/quantization.py",
    "pages/techniques/channel_pruning.py",
    "pages/techniques/pruning.py",
    "pages/techniques/distillation.py",
    "pages/decide/trade_offs.py",
]


def app(page: str | None = None, **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    if page:
        test.switch_page(str(ROOT / page)).run()
    return test


def turn(test: AppTest, value: int) -> None:
    """Turn the bits knob; the second run draws what stands outside the answer again."""
    test.select_slider(key="bits").set_value(value).run()
    test.run()


def message(test: AppTest) -> dict:
    """What the page sent to the plot component."""
    return json.loads(test.get("bidi_component")[0].proto.json)


def test_every_page_file_is_tested_here() -> None:
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "pages").glob("*/*.py")}
    assert {page for page in found if not page.startswith("pages/parts/")} == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_through_the_app(page: str) -> None:
    test = app(page)
    assert not test.exception
    assert test.header


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_alone(page: str) -> None:
    test = AppTest.from_file(str(ROOT / page), default_timeout=30).run()
    assert not test.exception
    assert test.header


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("model", MODELS)
def test_no_page_opens_empty(page: str, model: str) -> None:
    test = AppTest.from_file(str(ROOT / page), default_timeout=30)
    test.query_params["model"] = model
    background = message(test.run())["background"]
    assert len(background["keys"]) > 20
    assert "original" in background["techniques"]


def test_turning_a_knob_moves_the_current_point() -> None:
    test = app("pages/techniques/quantization.py")
    model, keys = current_model(test), []
    for bits in (3, 2):
        recipe = Recipe.build(model, [f"quantize:bits={bits}"])
        Store.open().add(a_point().model_copy(update={"recipe": recipe}))
        turn(test, bits)
        keys.append(message(test)["current"]["key"])
    assert keys == [Recipe.build(model, [f"quantize:bits={bits}"]).key for bits in (3, 2)]


def test_a_bundled_point_is_drawn_in_the_same_run_with_its_figures() -> None:
    test = app("pages/techniques/pruning.py")
    model = current_model(test)
    point = Store.open().lookup(Recipe.build(model, ["prune:sparsity=0.7"]))
    test.slider(key="sparsity").set_value(0.7).run()
    current = message(test)["current"]
    assert current["key"] == point.key
    assert current["figures"]["accuracy"][0] == pytest.approx(point.value("accuracy"), rel=1e-5)
    assert "smaller" in " ".join(text.value for text in test.markdown)


def test_undo_goes_back_and_reset_goes_to_the_defaults() -> None:
    test = app("pages/techniques/quantization.py")
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
@pytest.mark.parametrize("page", PAGES)
def test_garbage_in_the_address_is_ignored(page: str, query: dict) -> None:
    test = AppTest.from_file(str(ROOT / page), default_timeout=30)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception


def test_knobs_in_the_address_are_taken() -> None:
    test = AppTest.from_file(str(ROOT / "pages/techniques/pruning.py"), default_timeout=30)
    test.query_params["sparsity"] = "0.8"
    test.query_params["data"] = "digits"
    test.query_params["model"] = "digits/cnn"
    test.run()
    assert test.slider(key="sparsity").value == 0.8
    assert message(test)["question"] == "digits/cnn"


@pytest.mark.parametrize("section", ["Number line", "Bits by layer", "Sensitivity"])
@pytest.mark.parametrize("page", PAGES[:2])
def test_a_section_in_the_address_is_open_where_the_page_has_it(page: str, section: str) -> None:
    test = AppTest.from_file(str(ROOT / page), default_timeout=30)
    test.query_params["details"] = section
    test.run()
    assert not test.exception


def test_limits_cross_out_points_on_the_trade_offs_page() -> None:
    test = app("pages/decide/trade_offs.py")
    test.number_input(key="limit-accuracy").set_value(90.0).run()
    refused = message(test)["background"]["refused"]
    assert refused and all("accuracy" in text for text in refused.values())


def current_model(test: AppTest) -> str:
    return test.selectbox(key="model").value
