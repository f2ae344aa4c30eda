"""The parameters of one attempt: those of the plan, with the metrics that they refer to in place."""

from collections.abc import Mapping

from pydantic import JsonValue

from octopus.compiler.plan import MetricReference, PlannedStep
from octopus.compiler.reference import resolve
from octopus.domain.event import MetricValue


def final_params(step: PlannedStep, metrics: Mapping[MetricReference, MetricValue | str]) -> dict[str, JsonValue]:
    """`metrics`: a value for each of `step.references`; the parameters of a step without any are final in the plan and
    may hold text that only looks like a reference."""
    if not step.references:
        return step.params
    return {name: resolve(value, {}, metrics) for name, value in step.params.items()}
