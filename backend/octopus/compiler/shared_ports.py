"""A parameter of a foreign step may be a port and a field of the form at once: what is connected wins, and the step
receives one of the two. And what names a file is made absolute, since steps run in a folder of octopus' choosing."""

from collections.abc import Mapping

from pydantic import JsonValue

from octopus.catalog.places import absolute
from octopus.catalog.step_type import CatalogEntry
from octopus.domain.pipeline import PipelineDocument

PortsAt = frozenset[tuple[str, str]]
"""(step, input port)."""


def connected_ports(document: PipelineDocument) -> PortsAt:
    """The end of every edge, loop edges too."""
    return frozenset((edge.target, edge.target_port) for edge in document.edges)


def own_params(
    entry: CatalogEntry, params: Mapping[str, JsonValue], step_id: str, connected: PortsAt
) -> dict[str, JsonValue]:
    """`params` of the step less those whose port is `connected`, and less those of other ports that have no value: they
    receive the path of an empty file, as every port without a value does."""
    places = {place.parameter: place for place in entry.places}
    ports = {port.name for port in entry.step_type.inputs}
    kept = {}
    for name, value in params.items():
        if name in ports and ((step_id, name) in connected or value in (None, "")):
            continue
        place = places.get(name)
        kept[name] = absolute(place, value) if place is not None and isinstance(value, str) else value
    return kept
