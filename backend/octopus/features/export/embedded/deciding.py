"""Whether a step runs, and with which values, from what became of the steps before it."""

import json
import math

from octopus.features.export.embedded.model import Metric, Outcome, Step

Ends = tuple[str, str, str]


class MetricMissing(Exception):
    """A parameter refers to a metric that was not measured."""


def ends_of(edge: str) -> Ends:
    """ "split.train -> data" as (source step, source port, input port)."""
    source, target = edge.split(" -> ")
    step_id, port = source.split(".")
    return step_id, port, target


def fate_of(edge: str, outcomes: dict[str, Outcome]) -> tuple[str, str]:
    """What became of an edge: delivered, not_taken or upstream_failed, and why."""
    step_id, port, _ = ends_of(edge)
    outcome = outcomes[step_id]
    if outcome.status != "succeeded":
        return outcome.cause, outcome.why
    return ("delivered", "") if port in outcome.ports else ("not_taken", f"{step_id} did not choose {port}")


def skipped_because(step: Step, outcomes: dict[str, Outcome]) -> Outcome | None:
    """The outcome of a step that does not run; None: it runs. The first rule that applies decides."""
    if not step.enabled:
        return Outcome("skipped", "disabled", "not_taken", f"{step.id} is disabled")
    fates = [(edge, *fate_of(edge, outcomes)) for edge in step.edges]
    for _, fate, why in fates:
        if fate == "upstream_failed":
            return Outcome("skipped", f"not run because {why}", fate, why)
    delivered = {ends_of(edge)[2] for edge, fate, _ in fates if fate == "delivered"}
    for port in step.inputs:
        if port.required and port.name not in delivered:
            for edge, fate, why in fates:
                if ends_of(edge)[2] == port.name:
                    return Outcome("skipped", f"input {port.name} got nothing because {why}", fate, why)
    if fates and not delivered:
        _, fate, why = fates[0]
        return Outcome("skipped", f"not run because {why}", fate, why)
    return None


def values_of(step: Step, outcomes: dict[str, Outcome], fed: dict[str, list[str]]) -> dict[str, list[str]]:
    """Per input port the paths that arrived, in the order of the edges. `fed`: what loops put in their place."""
    values: dict[str, list[str]] = {port.name: [] for port in step.inputs}
    for edge in step.edges:
        source, source_port, port = ends_of(edge)
        if port in values and fate_of(edge, outcomes)[0] == "delivered":
            values[port].append(outcomes[source].ports[source_port])
    return values | {port: paths for port, paths in fed.items() if port in values}


def filled(step: Step, metrics: dict[str, dict[str, float]]) -> dict[str, str]:
    """The step's parameters with the metrics in place. Raises MetricMissing."""

    def text(piece: str | Metric) -> str:
        if isinstance(piece, str):
            return piece
        if piece.name not in metrics.get(piece.step, {}):
            raise MetricMissing(f"metric {piece.name} of step {piece.step} is missing")
        value = float(metrics[piece.step][piece.name])
        number = json.dumps(value)
        return f'"{number}"' if piece.in_json and not math.isfinite(value) else number

    return {name: value if isinstance(value, str) else "".join(map(text, value)) for name, value in step.params.items()}


def metrics_of(outcomes: dict[str, Outcome]) -> dict[str, dict[str, float]]:
    return {step_id: outcome.metrics for step_id, outcome in outcomes.items()}
