"""Metrics that a step's parameters refer to -> the parameters as its attempt gets them."""

from collections.abc import Mapping
from dataclasses import replace

from octopus.compiler.final_params import final_params
from octopus.compiler.plan import MetricReference, PlannedStep
from octopus.domain.event import MetricValue


class MetricMissing(Exception):
    """A metric that a parameter refers to was not measured. Its text is the reason of the step's failure."""


def resolved(step: PlannedStep, metrics: Mapping[MetricReference, MetricValue | None]) -> PlannedStep:
    """`step` with the metrics' values in its parameters, which are final then. Raises MetricMissing."""
    if not step.references:
        return step
    known: dict[MetricReference, MetricValue] = {}
    for reference in step.references:
        value = metrics.get(reference)
        if value is None:
            raise MetricMissing(f"metric {reference.name} of step {reference.step_id} is missing")
        known[reference] = value
    return replace(step, params=final_params(step, known), references=())
