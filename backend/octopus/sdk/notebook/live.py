"""LiveDisplay: a run's page in a notebook's output, drawn again while the run goes on. Only where there is IPython."""

import sys
import time
from typing import Any

from octopus.domain.event import RUN_ENDED, Event
from octopus.domain.fold import Folder
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.run import RunView
from octopus.sdk.notebook.run_page import page

REDRAW_S = 0.25
"""Between two drawings; each replaces the whole output in the browser."""


class LiveDisplay:
    """`begin` once, `hear` every event, `end` once. `display`: IPython's function of that name."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._handle: Any = None
        self._folder: Folder | None = None
        self._document: PipelineDocument | None = None
        self._drawn_at = 0.0

    def begin(self, view: RunView) -> None:
        self._folder, self._document = Folder(view.id), view.document
        self._handle = self._display(self._bundle(), raw=True, display_id=True)

    def hear(self, event: Event) -> None:
        if self._folder is None:
            return
        self._folder.add(event)
        if event.kind in RUN_ENDED or time.monotonic() - self._drawn_at > REDRAW_S:
            self._draw()

    def end(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self._drawn_at = time.monotonic()
        if self._handle is not None:
            self._handle.update(self._bundle(), raw=True)

    def _bundle(self) -> dict[str, str]:
        if self._folder is None or self._document is None:
            return {"text/plain": ""}
        state = self._folder.state()
        return {"text/plain": f"{self._document.name}: {state.status}", "text/html": page(state, self._document)}


def live_display(wanted: bool | None) -> LiveDisplay | None:
    """None: nothing is to be shown. `wanted` None: if a notebook runs this program; True: wherever IPython is."""
    ipython = sys.modules.get("IPython")
    if wanted is False or ipython is None:
        return None
    shell = ipython.get_ipython()
    if wanted is None and (shell is None or not hasattr(shell, "kernel")):
        return None
    from importlib import import_module

    return LiveDisplay(import_module("IPython.display").display)
