"""Drawing: a document together with what the checks keep asking about it, worked out once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import JsonValue

from octopus.catalog.own_type import OwnType, own_type
from octopus.catalog.step_type import CatalogEntry, StepType
from octopus.compiler.graph import Graph, topological_order
from octopus.compiler.loops import Loops, loops_of
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.ports import input_ports
from octopus.compiler.prospect import MAX_REFERRED, MAX_REFERRED_IN_ALL, Known, Prospect, prospect
from octopus.compiler.reference import ParameterReference, Place, Reference, references_in
from octopus.compiler.schema import literal_parameters
from octopus.compiler.step_types import StepTypes
from octopus.domain.pipeline import Edge, PipelineDocument, Step
from octopus.domain.ports import InputPort, OutputPort


@dataclass(frozen=True, slots=True)
class PlacedReference:
    """`place`: the parameter's name, then where in its value."""

    reference: Reference
    step_index: int
    step_id: str
    place: Place


@dataclass(frozen=True)
class Drawing:
    """Steps and edges come with their index in the document, for pointers."""

    document: PipelineDocument
    catalog: StepTypes
    machine: MachineSize
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    """Of the pipeline parameters that have one in this run."""

    @cached_property
    def entries(self) -> dict[str, CatalogEntry | None]:
        """Per step type id that the document uses; None: not in the catalog."""
        return {type_id: self.catalog.get(type_id) for type_id in {step.type for step in self.document.steps}}

    @cached_property
    def own_types(self) -> dict[str, OwnType]:
        """Per step of a known type the type as it is for this step: its ports may depend on its parameters."""
        entries = ((step, self.entries[step.type]) for step in self.document.steps)
        return {step.id: own_type(entry, step.params) for step, entry in entries if entry is not None}

    @cached_property
    def steps(self) -> dict[str, Step]:
        return {step.id: step for step in self.document.steps}

    @cached_property
    def step_index(self) -> dict[str, int]:
        return {step.id: index for index, step in enumerate(self.document.steps)}

    @cached_property
    def inputs(self) -> dict[str, dict[str, InputPort]]:
        """Per step whose ports are known its input ports by name, `after` the last."""
        return {step_id: {port.name: port for port in input_ports(known)} for step_id, known in self._with_ports()}

    @cached_property
    def outputs(self) -> dict[str, dict[str, OutputPort]]:
        """Per step whose ports are known its output ports by name."""
        return {step_id: {port.name: port for port in known.outputs} for step_id, known in self._with_ports()}

    @cached_property
    def forward_edges(self) -> tuple[tuple[int, Edge], ...]:
        return tuple((index, edge) for index, edge in enumerate(self.document.edges) if edge.kind == "data")

    @cached_property
    def forward_graph(self) -> Graph:
        pairs = ((edge.source, edge.target) for _, edge in self.forward_edges)
        return Graph.of((step.id for step in self.document.steps), pairs)

    @cached_property
    def order(self) -> dict[str, int]:
        """Per step its place in the topological order; steps on a cycle of forward edges, and those after it, have
        none."""
        return {step_id: index for index, step_id in enumerate(topological_order(self.forward_graph))}

    @property
    def has_cycle(self) -> bool:
        return len(self.order) < len(self.document.steps)

    @cached_property
    def loops(self) -> Loops:
        """The loop edges that go back; none as long as there is a cycle."""
        edges = () if self.has_cycle else self.document.edges
        return loops_of(edges, self.forward_graph, self.order)

    @cached_property
    def references(self) -> tuple[PlacedReference, ...]:
        """Every reference in the parameters of the steps, in document order."""
        return tuple(
            PlacedReference(reference, index, step.id, (name, *place))
            for index, step in enumerate(self.document.steps)
            for name, value in step.params.items()
            if name not in self.literals[step.type]
            for place, reference in references_in(value)
        )

    @cached_property
    def literals(self) -> dict[str, frozenset[str]]:
        """Per step type id the parameters that hold no references: what looks like one is the user's own text."""
        return {
            type_id: literal_parameters(entry.step_type) if entry is not None else frozenset()
            for type_id, entry in self.entries.items()
        }

    @cached_property
    def referred(self) -> int:
        """Characters of pipeline parameters that have to be written into the parameters of all steps. Without those of
        a parameter that is too large by itself: that one is not put together."""
        known, sizes = self._known.lengths, Counter[tuple[str, str | int]]()
        for one in self.references:
            if isinstance(one.reference, ParameterReference):
                sizes[one.step_id, one.place[0]] += known.get(one.reference.name, 0)
        return sum(size for size in sizes.values() if size <= MAX_REFERRED)

    @cached_property
    def _known(self) -> Known:
        return Known.of(self.document.parameters, self.values)

    @cached_property
    def prospects(self) -> dict[str, dict[str, Prospect]]:
        """Per step and parameter the value as far as it is known before the run; of nothing that is too much in all."""
        if self.referred > MAX_REFERRED_IN_ALL:
            return {step.id: {name: Prospect(is_sound=False) for name in step.params} for step in self.document.steps}
        return {
            step.id: {
                name: Prospect(value) if name in self.literals[step.type] else prospect(value, self._known)
                for name, value in step.params.items()
            }
            for step in self.document.steps
        }

    def type_of(self, step: Step) -> StepType | None:
        """The type as it is for `step`, None if the catalog has no such type."""
        own = self.own_types.get(step.id)
        return None if own is None else own.step_type

    def known_steps(self) -> Iterator[tuple[int, Step, StepType]]:
        """Steps whose type is in the catalog: the others have one problem, that they are unknown."""
        for step, known in self._known_steps():
            yield self.step_index[step.id], step, known

    def _with_ports(self) -> Iterator[tuple[str, StepType]]:
        return ((step_id, own.step_type) for step_id, own in self.own_types.items() if own.has_ports)

    def _known_steps(self) -> Iterator[tuple[Step, StepType]]:
        for step in self.document.steps:
            known = self.type_of(step)
            if known is not None:
                yield step, known
