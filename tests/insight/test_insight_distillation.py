"""Soft labels and agreement against formulas by hand and another library's decoder; nothing is trained."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
import pytest

from compression import insight, pipeline
from compression.errors import UsageError
from compression.insight.distillation.agreement import compared, confusion
from compression.insight.distillation.soft_labels import alike, choose, softened
from compression.insight.pictures import picture, png
from compression.recipe import Recipe
from compression.subjects import look_up

LOGITS = np.array([[[2.0, 0.0, -2.0]], [[0.0, 0.0, 0.0]]])  # two teachers, one example


def test_a_softened_answer_is_the_mean_over_teachers() -> None:
    by_hand = [math.exp(z / 4) for z in (2, 0, -2)]
    first = [value / sum(by_hand) for value in by_hand]
    assert softened(LOGITS, 4.0)[0] == pytest.approx([(p + 1 / 3) / 2 for p in first])


def test_a_high_temperature_makes_all_classes_equally_likely() -> None:
    assert softened(100 * LOGITS[:1], 1.0)[0] == pytest.approx([1, 0, 0], abs=1e-9)
    assert softened(LOGITS[:1], 1e6)[0] == pytest.approx([1 / 3] * 3, abs=1e-5)


def test_clear_ambiguous_and_wrong_examples_are_told_apart() -> None:
    answers = np.array([[0.98, 0.02], [0.55, 0.45], [0.9, 0.1], [0.3, 0.7], [0.02, 0.98]])
    labels = np.array([0, 0, 1, 1, 1])
    chosen = choose(answers, labels)
    assert chosen[:2] == [("clear", 0), ("clear", 4)]  # a class each, before a second of either
    assert ("wrong", 2) in chosen
    assert len({row for _, row in chosen}) == len(chosen)


def test_the_mean_answer_to_a_class_is_that_over_its_examples() -> None:
    logits = np.log(np.array([[[0.8, 0.2], [0.6, 0.4], [0.1, 0.9]]]))
    found = alike(logits, np.array([0, 0, 1]), 1.0)
    assert found == pytest.approx(np.array([[0.7, 0.3], [0.1, 0.9]]))


def test_a_picture_is_a_png_that_others_can_read() -> None:
    from PIL import Image

    pixels = np.arange(48, dtype=np.uint8).reshape(6, 8)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png(pixels)))), pixels)


def test_an_image_is_drawn_from_black_to_white_and_a_signal_as_its_lines() -> None:
    from PIL import Image

    url = picture(np.array([[[-1.0, 0.0], [0.5, 1.0]]], np.float32))["image"]
    image = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert np.asarray(image).tolist() == [[0, 128], [191, 255]]
    assert picture(np.ones((6, 128), np.float32))["lines"][5] == [1.0] * 64


def test_colours_are_drawn_as_such_and_whatever_else_as_one_line() -> None:
    from PIL import Image

    url = picture(np.eye(3, dtype=np.float32).reshape(3, 3, 1))["image"]
    image = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert np.asarray(image).tolist() == [[[255, 0, 0]], [[0, 255, 0]], [[0, 0, 255]]]
    assert picture(np.array([3, 1, 2]))["lines"] == [[3.0, 1.0, 2.0]]
    assert "image" in picture(np.zeros((2, 4, 4), np.float32))


@pytest.mark.parametrize("model", ["digits/cnn", "watch/cnn1d"])
def test_the_examples_come_with_the_models_own_logits(model: str) -> None:
    found = insight.answer("soft_labels", {"model": model, "teachers": [model]})
    data = look_up(model).data
    assert 8 <= len(found["examples"]) <= 12
    for example in found["examples"]:
        best = int(np.argmax(example["logits"][0]))
        assert (best != example["label"]) == (example["kind"] == "wrong")
    assert np.array(found["alike"]).shape == (10, *[len(data.card.classes)] * 2)
    assert np.array(found["alike"][0]).sum(1) == pytest.approx(1, abs=1e-3)


def test_several_teachers_answer_each_for_themselves() -> None:
    teachers = ["digits/cnn", "digits/mlp"]
    found = insight.answer("soft_labels", {"model": "digits/cnn", "teachers": teachers})
    first = found["examples"][0]["logits"]
    assert len(first) == 2 and first[0] != first[1]


def test_agreement_is_counted_as_by_hand() -> None:
    taught, learned = np.array([0, 0, 1, 1, 0]), np.array([0, 1, 1, 0, 0])
    found = compared(taught, learned, np.array([0, 0, 1, 1, 1]), 2)
    assert found["agreement"] == pytest.approx(3 / 5)
    assert found["both_wrong_alike"] == pytest.approx(1 / 5)
    assert found["agreement_by_class"] == pytest.approx([1 / 2, 2 / 3])
    assert found["accuracy"] == pytest.approx({"teacher": 4 / 5, "student": 2 / 5})
    assert found["confusion"]["student"] == [[1, 1], [2, 1]]


def test_confusions_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.RandomState(0)
    labels, said = random.randint(0, 7, 300), random.randint(0, 7, 300)
    assert np.array_equal(confusion(labels, said, 7), metrics.confusion_matrix(labels, said))


def test_a_model_agrees_with_itself_in_its_own_packed_file() -> None:
    point = pipeline.run(look_up("digits/mlp"), Recipe(model="digits/mlp"))
    asked = {"model": "digits/mlp", "student": point.artifact, "teachers": ["digits/mlp"]}
    found = insight.answer("agreement", asked)
    assert found["agreement"] == 1
    assert found["confusion"]["teacher"] == found["confusion"]["student"]


def test_a_file_that_was_dropped_is_said_to_be_gone() -> None:
    asked = {"model": "digits/mlp", "student": "0" * 64, "teachers": ["digits/mlp"]}
    with pytest.raises(UsageError, match="no longer kept"):
        insight.answer("agreement", asked)
