"""Small tables with a pattern that models find at once."""

from typing import Any

import numpy as np
import pandas as pd


def two_classes(rows: int = 200, seed: int = 0) -> Any:
    """`x` decides, `noise` does not; classes `no` and `yes`."""
    random = np.random.default_rng(seed)
    x = random.normal(size=rows)
    return pd.DataFrame(
        {
            "x": x * 10,
            "noise": random.normal(size=rows),
            "target": np.where(x + random.normal(0, 0.05, rows) > 0, "yes", "no"),
        }
    )


def three_classes(rows: int = 150) -> Any:
    numbers = np.arange(rows) % 3
    return pd.DataFrame({"x": numbers + np.linspace(0, 0.5, rows), "target": np.array(["a", "b", "c"])[numbers]})


def numbers(rows: int = 120, seed: int = 0) -> Any:
    x = np.random.default_rng(seed).normal(size=rows)
    return pd.DataFrame({"x": x, "target": 3 * x + 0.5})
