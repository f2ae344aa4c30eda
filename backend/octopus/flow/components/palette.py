"""The palette: which kinds of nodes there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from octopus.flow.components.part import Part


@dataclass(frozen=True, init=False)
class PaletteItem(Part):
    """A kind of node in the palette."""

    KIND = "palette-item"
    node_type: str
    label: str
    icon: str | None
    inputs: int
    outputs: int
    cls: str
    extra: Mapping[str, Any]

    def __init__(
        self,
        node_type: str,
        label: str,
        icon: str | None = None,
        inputs: int = 1,
        outputs: int = 1,
        cls: str = "",
        **extra: Any,
    ) -> None:
        self._fill(locals())


@dataclass(frozen=True, init=False)
class PaletteGroup(Part):
    """Kinds of nodes under a heading that can be folded away."""

    KIND = "palette-group"
    items: tuple[PaletteItem, ...]
    title: str
    collapsed: bool
    cls: str
    extra: Mapping[str, Any]

    def __init__(self, *items: PaletteItem, title: str, collapsed: bool = False, cls: str = "", **extra: Any) -> None:
        self._fill(locals())


@dataclass(frozen=True, init=False)
class NodePalette(Part):
    """The kinds of nodes a flow is made of. A flow's structure is its program's, so nothing is dragged out of it: over
    the flow with the id `target_editor` it explains what the nodes are."""

    KIND = "palette"
    items: tuple[PaletteItem | PaletteGroup, ...]
    id: str
    title: str
    target_editor: str
    cls: str
    extra: Mapping[str, Any]

    def __init__(
        self,
        *items: PaletteItem | PaletteGroup,
        id: str = "node-palette",
        title: str = "Nodes",
        target_editor: str = "flowgraph",
        cls: str = "",
        **extra: Any,
    ) -> None:
        self._fill(locals())
