"""A memo's contents: figures equal the points', texts are escaped, and each format carries its question."""

from __future__ import annotations

import io
import json
import re
import time
from html.parser import HTMLParser

import pytest
from pptx import Presentation

from compression.decide import Question, decide
from compression.point import METRICS
from compression.share.memo import FORMATS, format_of, memo_of, written
from compression.share.memo.carried import carried_in
from compression.share.memo.harms import ClassChange, Harms, harms_in
from compression.store import bundled
from tests.measured import a_measured

MODEL = "fashion-mnist/resnet8"


def known(model=MODEL):
    points = list(bundled.points(model).values())
    return points, next(point for point in points if not point.recipe.steps)


@pytest.fixture(scope="module")
def memo():
    points, original = known()
    return memo_of(points, original, Question(MODEL, lose=1.0, guards={"flips": 0.05}))


class Page(HTMLParser):
    """Elements and texts of a page; whatever loads something is noted."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def moves(content: bytes):
    found = re.search(rb'id="moves">(.*?)</script>', content, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_claim_comes_first_in_each_format(memo) -> None:
    claim = decide(*known(), memo.question).claim
    assert claim in "".join(Page(written(memo, "html")).texts)
    assert written(memo, "md").decode().startswith("# Take ")
    deck = Presentation(io.BytesIO(written(memo, "pptx")))
    first = [shape.text_frame.text for shape in deck.slides[0].shapes if shape.has_text_frame]
    assert claim in first


def test_its_figures_are_the_points_own(memo) -> None:
    choice, original = memo.decision.choice, memo.decision.original
    rows = {row.label: row for row in memo.figures}
    for name, m in choice.measurements.items():
        row = rows[METRICS[name].label]
        assert row.value == METRICS[name].text(m.value, m.low, m.high)
        assert row.original == original.text(name)


def test_the_page_loads_nothing_and_is_small(memo) -> None:
    content = written(memo, "html")
    assert len(content) < 1_500_000
    for tag, attributes in Page(content).elements:
        assert not any(name.startswith("on") for name in attributes), tag
        assert "src" not in attributes and tag not in ("iframe", "object", "embed")
        assert tag != "link" or attributes["href"] == "data:,"


def test_each_place_of_the_slider_is_decided_by_the_same_rule(memo) -> None:
    points, original = known()
    places = moves(written(memo, "html"))["positions"]
    assert len(places) > 30
    for place, asked in zip(places, memo.slider.positions, strict=True):
        lose = asked.decision.question.lose
        again = decide(points, original, Question(MODEL, lose=lose, guards={"flips": 0.05}))
        assert (place["claim"], place["verdict"]) == (again.claim, again.verdict)


def test_more_may_be_lost_and_never_is_less_saved(memo) -> None:
    sizes = [
        each.decision.choice.value("size_bytes")
        for each in memo.slider.positions
        if each.decision.choice
    ]
    assert sizes == sorted(sizes, reverse=True) and len(set(sizes)) > 5


def test_a_limit_on_a_cost_is_what_its_slider_moves() -> None:
    points, original = known()
    made = memo_of(points, original, Question(MODEL, limits={"size_bytes": 20_000}))
    here = made.slider.positions[made.slider.at]
    assert (made.slider.label, here.said) == ("Size at most", "20 kB")
    assert here.decision is made.decision


def test_slides_have_native_charts_with_the_points_values(memo) -> None:
    deck = Presentation(io.BytesIO(written(memo, "pptx")))
    charts = [s.chart for slide in deck.slides for s in slide.shapes if s.has_chart]
    assert 5 <= len(deck.slides) <= 7 and len(charts) == 2
    scatter = {series.name: series for series in charts[0].plots[0].series}
    choice = memo.decision.choice
    assert list(scatter["choice"].iter_values()) == [-memo.lost(choice)]
    xs = [float(v.text) for v in scatter["choice"]._element.findall(".//{*}xVal//{*}v")]
    assert xs == pytest.approx([choice.value("size_bytes") / 1000])
    counted = sum(len(list(series.iter_values())) for series in scatter.values())
    assert counted >= len([p for p in memo.points if memo.lost(p) <= 32])
    left = dict(
        zip(charts[1].plots[0].categories, charts[1].plots[0].series[0].values, strict=True)
    )
    size = choice.value("size_bytes") / memo.decision.original.value("size_bytes")
    assert left["Size"] == pytest.approx(100 * size)


def test_each_slide_has_words_for_its_speaker(memo) -> None:
    deck = Presentation(io.BytesIO(written(memo, "pptx")))
    assert all(len(slide.notes_slide.notes_text_frame.text) > 20 for slide in deck.slides)


def test_texts_are_never_markup() -> None:
    points, original = known()
    bad = '<img src=x onerror=alert(1)></script> | `x` "'
    choice = decide(points, original, Question(MODEL, lose=1.0)).choice
    harms = Harms(choice.key, 0.1, (ClassChange(bad, -2.0, -3.0, -1.0, 1000),))
    made = memo_of(points, original, Question(MODEL, lose=1.0), harms=harms)
    page = Page(written(made, "html"))
    assert bad in page.texts and not [tag for tag, _ in page.elements if tag == "img"]
    assert "<img" not in written(made, "md").decode().replace("\\<img", "")
    assert len(written(made, "pptx")) > 10_000


def test_classes_come_from_the_kept_answer_with_the_worst_first() -> None:
    rows = [
        {"change": 0.01, "low": -0.01, "high": 0.03, "counted": 100},
        {"change": -0.05, "low": -0.09, "high": -0.01, "counted": 100},
        {"change": 0.0, "low": 0.0, "high": 0.0, "counted": 0},
    ]
    found = harms_in("k", {"classes": ["a", "b", "c"], "by_class": rows, "flipped": {"value": 0.2}})
    assert [c.name for c in found.classes] == ["b", "a"]
    assert found.classes[0].said == "−5.0 points (−9.0 to −1.0), 100 examples"
    assert found.classes[1].said.endswith("may be chance")


def test_where_nothing_keeps_the_limits_the_closest_is_told() -> None:
    points, original = known()
    made = memo_of(points, original, Question(MODEL, limits={"size_bytes": 10}))
    assert made.decision.choice is None
    for ending in FORMATS:
        assert carried_in(written(made, ending)).choice is None
    assert "No point" in written(made, "md").decode() and "closest" in made.decision.claim


def test_what_the_test_set_refuses_is_not_said_to_be_taken() -> None:
    points, original = known("digits/mlp")
    made = memo_of(points, original, Question("digits/mlp"))
    assert made.decision.verdict == "fail" and made.decision.choice is not None
    assert "What is taken" not in written(made, "html").decode() + written(made, "md").decode()


def test_without_any_point_a_memo_says_so() -> None:
    made = memo_of([], None, Question(MODEL))
    assert all(written(made, ending) for ending in FORMATS)
    assert "No point" in made.decision.claim


def test_two_hundred_points_take_less_than_three_seconds() -> None:
    sparse = [f"prune:sparsity={0.004 * i + 0.01:.3f}" for i in range(199)]
    points = [
        a_measured(
            *steps, spread=0.02, accuracy=q, accuracy_validation=q, size_bytes=10_000 - 40 * i
        )
        for i, steps in enumerate([(), *((step, "quantize:bits=4") for step in sparse)])
        for q in [0.97 - 0.0005 * i]
    ]
    began = time.process_time()
    made = memo_of(points, points[0], Question("digits/mlp", lose=1.0))
    for ending in FORMATS:
        written(made, ending)
    assert len(made.points) == 200 and time.process_time() - began < 3


def test_a_name_that_ends_otherwise_is_refused(tmp_path) -> None:
    from compression.errors import UsageError

    with pytest.raises(UsageError, match=r"\.html, \.pptx or \.md"):
        format_of(tmp_path / "memo.docx")
