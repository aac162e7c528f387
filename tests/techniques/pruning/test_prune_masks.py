"""How many zeros each layer gets, on tensors small enough to count by hand."""

import torch

from compression.techniques.pruning.masks import smallest


def test_ties_go_in_order_so_that_the_count_is_exact() -> None:
    first, second = smallest([torch.ones(2, 3), torch.tensor([1.0, 0.0, 2.0, 1.0])], 0.5)
    assert first.flatten().tolist() == [True] * 4 + [False] * 2
    assert second.tolist() == [False, True, False, False]
