"""Which step types a pipeline in Python knows: their ports for completion, their names for messages."""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from octopus.catalog.catalog import Catalog, built_in_catalog
from octopus.catalog.own_type import own_type
from octopus.catalog.step_type import CatalogEntry, EntryPoint, StepType
from octopus.compiler.wording import names
from octopus.domain.errors import UnknownName
from octopus.domain.pipeline import Step
from octopus.domain.ports import AFTER, InputPort, OutputPort, PortType

AFTER_PORT = InputPort(name=AFTER, type=PortType.ANY, required=False, many=True)


class KnownTypes:
    """`step_types` None: those that come with octopus."""

    def __init__(self, step_types: Iterable[StepType] | None = None) -> None:
        self.catalog = built_in_catalog() if step_types is None else _catalog(step_types)

    def find(self, type_id: str) -> StepType | None:
        entry = self.catalog.get(type_id)
        return entry.step_type if entry is not None else None

    def require(self, type_id: str) -> StepType:
        """Raises UnknownName, which says what there is."""
        if (found := self.find(type_id)) is not None:
            return found
        near = self.catalog.nearest(type_id)
        hint = f"; did you mean {names(near)}?" if near else "."
        every = names(entry.step_type.id for entry in self.catalog.all())
        raise UnknownName(
            f"There is no step type `{type_id}`{hint} There are {every}. Types of registered projects are known if the "
            "pipeline is made with `step_types=client.step_types()`."
        )

    def of(self, type_id: str, params: Mapping[str, JsonValue]) -> StepType | None:
        """The type as it is for a step with these parameters: one that runs a function of the user's has its ports.
        None: the type is unknown, or nobody can read its ports now."""
        entry = self.catalog.get(type_id)
        own = None if entry is None else own_type(entry, params)
        return own.step_type if own is not None and own.has_ports else None

    def outputs(self, step: Step) -> tuple[OutputPort, ...] | None:
        """None: they are not known here."""
        found = self.of(step.type, step.params)
        return None if found is None else found.outputs

    def inputs(self, step: Step) -> tuple[InputPort, ...] | None:
        """With `after`, the last. None: they are not known here."""
        found = self.of(step.type, step.params)
        return None if found is None else (*found.inputs, AFTER_PORT)

    def parameters(self, type_id: str) -> tuple[str, ...] | None:
        """None: the type is unknown."""
        found = self.find(type_id)
        return None if found is None else tuple(properties_of(found.params_schema))


def properties_of(schema: object) -> dict[str, JsonValue]:
    """The properties that a JSON Schema declares, by name."""
    found = schema.get("properties") if isinstance(schema, dict) else None
    return found if isinstance(found, dict) else {}


def _catalog(step_types: Iterable[StepType]) -> Catalog:
    nowhere = EntryPoint(project_dir="", name="")
    return Catalog(CatalogEntry(step_type=one, entry_point=nowhere) for one in step_types)
