"""Times measured elsewhere: read from a CSV, and shown in place of the modelled ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from compression.devices import device_named, elsewhere, on_device
from compression.errors import UsageError
from compression.recipe import Recipe
from tests.devices.test_fit import INT8, a_point

HEAD = "device,model,steps,latency_us,source\n"
ROW = "stm32l4r5,digits/mlp,quantize:bits=4,1234,our farm\n"


def written(folder: Path, text: str) -> Path:
    (folder / "times.csv").write_text(text)
    return folder / "times.csv"


def test_a_time_measured_elsewhere_stands_in_place_of_the_modelled_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPACT_HOME", str(tmp_path / "home"))
    elsewhere.keep(elsewhere.read_times(written(tmp_path, HEAD + ROW)))
    point = a_point(INT8).model_copy(
        update={"recipe": Recipe.build("digits/mlp", ["quantize:bits=4"])}
    )
    latency = on_device(point, device_named("stm32l4r5")).measurements["latency_ms"]
    assert (latency.value, latency.how) == (pytest.approx(1.234), "elsewhere")
    assert "our farm" in latency.note
    other = on_device(a_point(INT8), device_named("stm32l4r5")).measurements["latency_ms"]
    assert other.how == "modelled"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD.replace("latency_us", "latency_min") + ROW, "needs one column of latency_ms"),
        (HEAD.replace(",source", "") + ROW, "no column source"),
        (HEAD + ROW.replace("1234", "fast"), "row 2: latency_us = fast is no time"),
        (HEAD + ROW.replace("1234", "-1"), "is no time above 0"),
        (HEAD + ROW.replace("digits/mlp", "digits/abacus"), "row 2: There is no model"),
        (HEAD + ROW.replace("bits=4", "bits=99"), "row 2: "),
        (HEAD + ROW.replace("our farm", ""), "say in source"),
        (HEAD, "0 rows"),
    ],
)
def test_a_file_that_can_not_be_is_refused_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as error:
        elsewhere.read_times(written(tmp_path, text))
    assert "\n" not in str(error.value)
