"""What a search has been worth, what it cost, and how a network placed by hand stands against it: in words."""

from __future__ import annotations

from compression.point import Point
from compression.point.history import energy_of
from compression.point.placed import placed
from pages.parts.panels.search.story import Story
from pages.parts.shell.words import HOW, duration, named

ONE_RUN = "One run each: another seed may turn it round, so start a second search with another one to be surer."


ALIKE = 5e-4
"""Shares of the best run's hypervolume that are no difference."""


def against_random(story: Story) -> str:
    """After equal evaluations, and what is left to know; also where it flatters nobody."""
    curves = {curve.kind: curve for curve in reversed(story.curves)}
    own, drawn = curves["this"], curves.get("random")
    if drawn is None or not own.shares:
        return ""
    count = min(len(own.shares), len(drawn.shares))
    ours, theirs = own.shares[count - 1], drawn.shares[count - 1]
    if not theirs or not ours:
        which = "one of the two" if theirs or ours else "neither"
        return f"After {count} evaluations each, {which} has found a network within the limits."
    each = f"after {count} evaluations each"
    if abs(ours - theirs) < ALIKE:
        said = f"**As good as random search** {each}"
    elif ours > theirs:
        said = f"**{100 * (ours / theirs - 1):.1f} % more hypervolume than random search** {each}"
    else:
        less = 100 * (1 - ours / theirs)
        said = f"**{less:.1f} % less hypervolume than random search** {each}: here the search has not paid"
    if own.seconds[count - 1] and drawn.seconds[count - 1]:
        said += f", in {own.seconds[count - 1]:.0f} CPU-seconds against random's {drawn.seconds[count - 1]:.0f}"
    partly = "" if story.has_random else " Random is measured only so far."
    return f"{said}.{partly} {ONE_RUN}"


def cost(story: Story) -> str:
    """Evaluations, processor time and energy."""
    history = story.history
    if not history.cpu_seconds:
        return ""
    spent = history.cpu_seconds[-1]
    thought = sum(each.thinking_seconds for each in history.evaluations)
    measured = sum(each.is_measured for each in history.evaluations)
    words = [
        f"{measured:,} evaluations, {_seconds(spent)} of processor time, {_seconds(thought)} of it thinking"
    ]
    joules = energy_of(spent, [point for each in history.evaluations for point in each.points])
    if joules is not None and joules.value is not None:
        sign, how = HOW[joules.how]
        words.append(f"about {_energy(joules.value)} ({sign} {how}: {joules.note})")
    if unknown := sum(
        each.is_measured and each.cpu_seconds is None for each in history.evaluations
    ):
        words.append(f"the time of {unknown} is not known and not counted")
    return f"**Cost:** {'; '.join(words)}."


def guess(story: Story, point: Point | None, *, pending: bool) -> str:
    """How the network that the knobs stand on compares with the search's front."""
    if point is None or pending:
        return "Your own network is being measured …"
    told = placed(point, story.history, story.reference)
    name = f"Yours ({named(point.recipe)})"
    if told is None:
        return "The search has found nothing yet to compare your network with."
    if told.breaks:
        return f"**{name} breaks a limit of the search.**"
    if told.was_found:
        return f"**{name} is on the front:** the search has found it, too."
    if told.by is None:
        return (
            f"**No network of the search beats yours** ({named(point.recipe)}): it adds {100 * told.adds:.2g} % to the "
            "hypervolume."
        )
    return (
        f"**{name} is beaten** by evaluation {told.by.number} ({told.by.recipe.describe()}), which has "
        f"{' and '.join(told.gains)}."
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


def _energy(joules: float) -> str:
    return f"{joules:.0f} J" if joules < 3600 else f"{joules / 3600:.2g} Wh"
