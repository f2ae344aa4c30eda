"""What is handed to an attempt: per input port the values that came over the edges into its step."""

from collections.abc import Iterable

from octopus.compiler.plan import PlannedEdge, PlannedStep
from octopus.domain.ports import AFTER
from octopus.engine.commands import Delivery
from octopus.engine.signals import StepRunKey

Inputs = dict[str, tuple[Delivery, ...]]


def inputs_of(step: PlannedStep, delivered: Iterable[tuple[PlannedEdge, StepRunKey]]) -> Inputs:
    """`delivered`: edges in the document's order, each with the step run that made the value. Every port but `after`
    is there; nothing came to one with an empty tuple."""
    arrived: dict[str, list[Delivery]] = {port.name: [] for port in step.inputs if port.name != AFTER}
    for edge, source in delivered:
        if edge.target_port in arrived:
            arrived[edge.target_port].append(Delivery(source, edge.source_port))
    return {port: tuple(deliveries) for port, deliveries in arrived.items()}
