"""A class: guesses without names, bounded, forgotten after hours, and codes that no two classes share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from compression.errors import UsageError
from compression.lessons import classroom as room
from compression.lessons.classroom import MOST_CLASSES, MOST_GUESSES, SECONDS, Classroom


def test_guesses_of_many_are_seen_by_all_and_by_nobody_s_name() -> None:
    classes = Classroom()
    code = classes.open()
    for who, guess in (("anna", 3.0), ("ben", 2.0), ("anna", 5.0)):
        classes.take(code, "pruning", who, guess)
    assert classes.seen(code, "pruning") == {"count": 2, "guesses": [2.0, 5.0]}
    assert "anna" not in repr(classes._open[code])


def test_codes_that_collide_are_drawn_again() -> None:
    drawn = iter(["KKKKK", "KKKKK", "KKKKK", "PPPPP"])
    classes = Classroom(draw=lambda: next(drawn))
    assert [classes.open(), classes.open()] == ["KKKKK", "PPPPP"]


def test_a_class_ends_after_hours() -> None:
    clock = [0.0]
    classes = Classroom(now=lambda: clock[0])
    code = classes.open()
    clock[0] = SECONDS + 1
    assert not classes.has(code)
    with pytest.raises(UsageError, match="ask for a new one"):
        classes.seen(code, "pruning")


def test_there_are_only_so_many_classes_and_guesses() -> None:
    classes = Classroom()
    code = [classes.open() for _ in range(MOST_CLASSES)][0]
    with pytest.raises(UsageError, match="classes are open"):
        classes.open()
    for number in range(MOST_GUESSES):
        classes.take(code, "pruning", f"who {number}", 2)
    with pytest.raises(UsageError, match="takes no more"):
        classes.take(code, "pruning", "one more", 2)
    classes.take(code, "pruning", "who 0", 9)  # one's own may still be changed
    assert classes.seen(code, "pruning")["count"] == MOST_GUESSES


@pytest.mark.parametrize(("code", "lesson"), [("<b>", "pruning"), ("", "pruning")])
def test_an_unknown_class_is_refused_in_a_sentence(code: str, lesson: str) -> None:
    with pytest.raises(UsageError, match="There is no class"):
        Classroom().take(code, lesson, "me", 2)


def test_an_unknown_lesson_is_refused_in_a_sentence() -> None:
    classes = Classroom()
    with pytest.raises(UsageError, match="There is no lesson"):
        classes.take(classes.open(), "nonsense", "me", 2)


def test_thirty_at_once_lose_no_guess() -> None:
    classes = Classroom()
    code = classes.open()
    with ThreadPoolExecutor(30) as threads:
        list(threads.map(lambda n: classes.take(code, "slicing", f"who {n}", "slower"), range(60)))
    assert classes.seen(code, "slicing")["count"] == 60


def test_all_pages_ask_the_same_one() -> None:
    assert room.classroom() is room.classroom()
