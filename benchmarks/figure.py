"""Figure: one measured value beside what it is hoped to be."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` None: shown for information. `detail`: how many were measured, and how they spread."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    higher_is_better: bool = False
    detail: str = ""

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        reached = self.value >= self.goal if self.higher_is_better else self.value <= self.goal
        return "yes" if reached else "no"

    @property
    def shown(self) -> str:
        return f"{_number(self.value)} {self.unit}"

    @property
    def shown_goal(self) -> str:
        return (
            "" if self.goal is None else f"{'>=' if self.higher_is_better else '<='} {_number(self.goal)} {self.unit}"
        )


def spread(values: Sequence[float], unit: str) -> str:
    """What a median hides."""
    lowest, highest = min(values), max(values)
    return f"median of {len(values)}; {_number(lowest)} to {_number(highest)} {unit}"


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
