"""The tour says what to do, sees that it was done, and can be left."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shell import tour
from tests.opened import in_app


@pytest.fixture
def touring() -> AppTest:
    """On the tour's page with its first task."""
    test = in_app()
    return test.button(key="tour-start").click().run()


def step(test: AppTest) -> str:
    said = [text.value for text in test.caption if "our" in text.value[:9]]
    return said[0] if said else ""


def turn(test: AppTest, bits: float) -> None:
    test.select_slider(key="bits").set_value(bits).run()
    test.run()


def test_it_begins_at_4_bits_with_all_else_at_its_default(touring: AppTest) -> None:
    assert step(touring) == "Tour, 1 of 3"
    assert touring.select_slider(key="bits").value == 4
    turn(touring, 8)
    assert step(touring) == "Tour, 1 of 3"


def test_each_task_is_seen_when_it_is_done_and_the_last_tells_the_figures(touring: AppTest) -> None:
    turn(touring, 3)
    assert step(touring) == "Tour, 2 of 3"
    touring.session_state["details"] = tour.PANEL
    touring.run()
    assert step(touring) == "Tour, 3 of 3"
    turn(touring, 1)
    assert step(touring) == "The tour is over"
    (told,) = (text.value for text in touring.markdown if "Two values" in text.value)
    accuracy = next(text for text in told.split() if text.replace(".", "").isdigit())
    assert 50 < float(accuracy) < 95 and "smaller" in told


def test_it_can_be_left_and_begun_again_from_home(touring: AppTest) -> None:
    touring.button(key="tour-end").click().run()
    assert step(touring) == ""
    again = in_app()
    again.button(key="tour-start").click().run()
    assert step(again) == "Tour, 1 of 3"


def test_it_is_offered_once_on_its_page() -> None:
    test = in_app("quantization")
    test.button(key="hint-tour").click().run()
    assert step(test) == "Tour, 1 of 3"
    test.button(key="tour-end").click().run()
    test.run()
    assert not [button for button in test.button if button.key == "hint-tour"]


def test_other_pages_are_left_alone(touring: AppTest) -> None:
    assert not [button for button in in_app("pruning").button if button.key == "hint-tour"]


def test_every_task_can_be_done() -> None:
    from compression.recipe import make_step
    from pages.parts.faces import FACES
    from pages.parts.panels.details import sections

    face = FACES[tour.TECHNIQUE]
    assert tour.PANEL in sections(face)
    steps = [make_step(face.step, {"bits": bits}) for bits in (4, 3, 1)]
    done = [[task.is_done(each, None) for each in steps] for task in tour.TASKS]
    assert done == [[False, True, False], [False, False, False], [False, False, True]]
    assert tour.TASKS[1].is_done(steps[0], tour.PANEL)
