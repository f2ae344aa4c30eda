"""Thinning out the larger of two classes until the smaller one has its share."""

from typing import Any

import numpy as np

ROWS_NEEDED = 5000
"""With fewer rows, throwing some away costs more than it gains."""
MINORITY_SHARE = 0.3


def rebalanced(target: Any, seed: int) -> Any | None:
    """Positions of the rows to keep, in order; None if nothing is to be done: not two classes, too few rows, or the
    smaller class has its share already."""
    labels, counts = np.unique(np.asarray(target), return_counts=True)
    if len(labels) != 2 or counts.sum() <= ROWS_NEEDED or counts.min() / counts.sum() >= MINORITY_SHARE:
        return None
    larger = labels[counts.argmax()]
    kept_of_larger = round(counts.min() * (1 - MINORITY_SHARE) / MINORITY_SHARE)
    places = np.flatnonzero(np.asarray(target) == larger)
    kept = np.random.default_rng(seed).choice(places, kept_of_larger, replace=False)
    return np.sort(np.concatenate([np.flatnonzero(np.asarray(target) != larger), kept]))
