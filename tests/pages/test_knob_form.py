"""The form shows the knobs that have an effect, passes those alone, and keeps all of them in the URL."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from compression.techniques.quantization.knobs import Quantize

ROOT = Path(__file__).parents[2]

SCRIPT = """
import streamlit as st
from compression.recipe import make_step
from compression.techniques.quantization.knobs import Quantize
from pages.parts.faces import FACES
from pages.parts.form import asked
from pages.parts.form.knobs import knob_form, knob_values, reset, set_knobs

st.button("reset", key="to-reset", on_click=reset, args=(Quantize,))
st.button("mix", key="to-mix", on_click=set_knobs, args=({"layers": "conv=8"},))
model = st.selectbox("model", ["a", "b"], key="of-model")
knob_form(FACES["quantize"], model, on_change=lambda: None, on_turn=lambda: None)
asked.write(Quantize, "quantization")
st.text(make_step(Quantize, knob_values(Quantize)).model_dump_json(exclude_defaults=True))
"""


def form(**query: str) -> AppTest:
    test = AppTest.from_string(SCRIPT, default_timeout=30)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def asked(test: AppTest) -> str:
    assert not test.exception
    return test.text[0].value


def drawn(test: AppTest) -> set[str]:
    kinds = ("select_slider", "slider", "selectbox", "button_group", "segmented_control", "pills")
    return {widget.key for kind in kinds for widget in test.get(kind)}


def test_first_the_form_asks_for_the_defaults() -> None:
    assert asked(form()) == "{}"


def test_each_format_shows_its_own_knobs() -> None:
    test = form()
    assert {"bits", "scheme"} <= drawn(test) and not {"exponent", "epochs"} & drawn(test)
    test = form(format="float")
    assert {"exponent", "mantissa"} <= drawn(test) and not {"bits", "scheme"} & drawn(test)
    assert "epochs" in drawn(form(method="qat"))


def test_a_knob_that_is_hidden_for_a_while_asks_for_nothing_and_comes_back_as_it_was() -> None:
    test = form(bits="6", format="float")
    assert asked(test) == '{"format":"float"}'
    test = form(bits="6")
    test.selectbox(key="method").set_value("qat").run()
    test.slider(key="epochs").set_value(3.0).run()
    test.selectbox(key="method").set_value("mse").run()
    assert asked(test) == '{"bits":6,"method":"mse"}'
    test.selectbox(key="method").set_value("qat").run()
    assert asked(test) == '{"bits":6,"method":"qat","epochs":3.0}'


@pytest.mark.parametrize(
    ("chip", "step"),
    [
        ("fp16", Quantize(format="float", exponent=5, mantissa=10)),
        ("fp4", Quantize(format="float", exponent=2, mantissa=1)),
        (
            "MXFP4",
            Quantize(format="float", exponent=2, mantissa=1, group=32, scales="power-of-two"),
        ),
    ],
)
def test_a_chip_sets_a_known_format(chip: str, step: Quantize) -> None:
    test = form(format="float")
    assert test.pills(key="_preset").value == "E4M3"
    test.pills(key="_preset").set_value(chip).run()
    assert asked(test) == step.model_dump_json(exclude_defaults=True)


def test_no_chip_is_lit_for_a_format_of_ones_own() -> None:
    assert form(format="float", exponent="3", mantissa="1").pills(key="_preset").value is None


def test_bits_by_layer_live_in_the_address_without_a_widget() -> None:
    test = form(layers="fc=4;conv=1.58")
    assert '"layers":"conv=1.58;fc=4"' in asked(test)
    test.button(key="to-mix").click().run()
    assert '"layers":"conv=8"' in asked(test)
    assert test.query_params["layers"] == "conv=8"
    test.button(key="to-reset").click().run()
    assert asked(test) == "{}" and "layers" not in test.query_params


def test_bits_by_layer_are_forgotten_with_their_model() -> None:
    test = form(layers="fc=4")
    test.selectbox(key="of-model").set_value("b").run()
    assert asked(test) == "{}" and "layers" not in test.query_params


@pytest.mark.parametrize("garbage", ["fc=9", "x", "fc=4;fc", "=="])
def test_garbage_for_layers_in_the_address_is_ignored(garbage: str) -> None:
    assert asked(form(layers=garbage)) == "{}"
