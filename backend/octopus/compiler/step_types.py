"""What the compiler asks of a catalog; catalog.Catalog answers it."""

from collections.abc import Sequence
from typing import Protocol

from octopus.catalog.step_type import CatalogEntry


class StepTypes(Protocol):
    def get(self, type_id: str, /) -> CatalogEntry | None:
        """The step type with this id, None if there is none."""
        ...

    def nearest(self, type_id: str, /) -> Sequence[str]:
        """Ids of step types whose names are like `type_id`, the nearest first; empty if none is."""
        ...
