"""Logistic regression for many categories at once, whose weights stay near what was known before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

STEPS = 60


def fit(rows: Floats, truth: NDArray[np.bool_], importance: Floats, prior: Floats, hold: float) -> Floats:
    """Weights (features x categories). Of each category what it is and what it is not weigh the same, however rare it
    is; `hold` is how strongly the weights are held at `prior`, against rows that weigh 1 together.

    Nesterov's method with the step that the rows' largest length allows: no step is searched for, so that the same rows
    give the same weights.
    """
    if not len(rows):
        return prior
    share = _balanced(truth, importance)
    length = float((rows.astype(np.float64) ** 2).sum(axis=1).max())
    step = np.float32(1.0 / (0.25 * length + hold))
    weights = ahead = prior.astype(np.float32)
    aims = truth.astype(np.float32)
    for number in range(STEPS):
        error = (probability(rows @ ahead) - aims) * share
        after = ahead - step * (rows.T @ error + hold * (ahead - prior))
        ahead = after + np.float32(number / (number + 3.0)) * (after - weights)
        weights = after
    return weights


def probability(logits: Floats) -> Floats:
    odds: Floats = (1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0)))).astype(np.float32)
    return odds


def _balanced(truth: NDArray[np.bool_], importance: Floats) -> Floats:
    """What each row counts for each category: half for those that are it together, half for the others."""
    weigh = importance[:, np.newaxis]
    held, others = (truth * weigh).sum(axis=0), (~truth * weigh).sum(axis=0)
    shares: Floats = (0.5 * weigh * (truth / np.maximum(held, 1e-9) + ~truth / np.maximum(others, 1e-9))).astype(
        np.float32
    )
    return shares
