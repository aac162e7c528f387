"""How alike two networks see the same examples, and in how many directions one does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def gram(activations: NDArray[np.floating]) -> Matrix:
    """The products of all pairs of examples [N, N] of activations [N, ...], each unit's mean taken away."""
    flat = activations.reshape(len(activations), -1).astype(np.float64)
    centred = flat - flat.mean(0)
    return np.asarray(centred @ centred.T)


def linear_cka(one: Matrix, other: Matrix) -> float:
    """Linear CKA of two Gram matrices over the same examples, 0 to 1 (Kornblith et al., 2019, arXiv:1905.00414).

    It is 1 for representations that differ by a rotation and one factor; 0 where one of the two is constant.
    """
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.sum(one * other)) / size if size > 0 else 0.0


def effective_rank(gram_matrix: Matrix) -> float:
    """exp of the entropy of the singular values' shares (Roy and Vetterli, 2007, EUSIPCO): 1 where all lies on a line.

    0 where nothing varies.
    """
    values = np.sqrt(np.clip(np.linalg.eigvalsh(gram_matrix), 0, None))
    if values.sum() <= 0:
        return 0.0
    # Below this a float32 activation's singular values are rounding errors.
    values = values[values > 1e-5 * values.max()]
    shares = values / values.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
