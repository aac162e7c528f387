"""How sparsity rises, against the papers' formulas."""

import pytest

from compression.techniques.pruning.knobs import Prune
from compression.techniques.pruning.schedule import cubic, geometric, stages


@pytest.mark.parametrize("step", [0, 1, 7, 50, 99, 100])
@pytest.mark.parametrize(("start", "end"), [(0.0, 0.9), (0.5, 0.95), (0.7, 0.7)])
def test_cubic_is_equation_1_of_zhu_and_gupta(step: int, start: float, end: float) -> None:
    """s_t = s_f + (s_i - s_f) (1 - (t - t_0) / (n dt))^3, t_0 = 20, n dt = 100."""
    t = 20 + step
    wanted = end + (start - end) * (1 - (t - 20) / 100) ** 3
    assert cubic(step / 100, start, end) == pytest.approx(wanted)


def test_cubic_begins_and_ends_where_it_should_and_stays_there() -> None:
    assert [cubic(done, 0.2, 0.8) for done in (-1, 0, 1, 2)] == pytest.approx([0.2, 0.2, 0.8, 0.8])


def test_each_round_keeps_the_same_share() -> None:
    """Three rounds to 87.5 % zeros halve what is left each time."""
    assert [geometric(n, 3, 0.875) for n in range(3)] == pytest.approx([0.5, 0.75, 0.875])
    assert geometric(2, 3, 0.0) == 0


def test_many_zeros_are_reached_in_steps() -> None:
    assert [step.sparsity for step in stages(Prune(sparsity=0.5, repair="refit"))] == [0.5]
    assert [step.sparsity for step in stages(Prune(sparsity=0.9, repair="refit"))] == [
        0.7,
        0.85,
        0.9,
    ]
    assert [step.sparsity for step in stages(Prune(sparsity=0.72, repair="refit"))] == [0.72]
    assert [step.pattern for step in stages(Prune(pattern="1:4", repair="refit"))] == ["2:4", "1:4"]
    for at_once in ("none", "joint"):
        assert len(stages(Prune(sparsity=0.98, repair=at_once))) == 1
    own = stages(Prune(sparsity=0.9, repair="refit", layers="fc=0.3;conv=0.95"))
    assert [step.sparsity_by_layer for step in own] == [
        {"fc": 0.3, "conv": 0.7},
        {"fc": 0.3, "conv": 0.85},
        {"fc": 0.3, "conv": 0.95},
    ]
