"""Which step types a pipeline in Python knows: their ports for completion, their names for messages."""

from collections.abc import Iterable

from octopus.catalog.catalog import Catalog, built_in_catalog
from octopus.catalog.step_type import CatalogEntry, EntryPoint, StepType
from octopus.compiler.wording import names
from octopus.domain.errors import UnknownName
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

    def outputs(self, type_id: str) -> tuple[OutputPort, ...] | None:
        """None: the type is unknown, and so are its ports."""
        found = self.find(type_id)
        return None if found is None else found.outputs

    def inputs(self, type_id: str) -> tuple[InputPort, ...] | None:
        found = self.find(type_id)
        return None if found is None else (*found.inputs, AFTER_PORT)

    def parameters(self, type_id: str) -> tuple[str, ...] | None:
        found = self.find(type_id)
        properties = found.params_schema.get("properties") if found is not None else None
        return tuple(properties) if isinstance(properties, dict) else None


def _catalog(step_types: Iterable[StepType]) -> Catalog:
    nowhere = EntryPoint(project_dir="", name="")
    return Catalog(CatalogEntry(step_type=one, entry_point=nowhere) for one in step_types)
