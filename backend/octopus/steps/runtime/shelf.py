"""Where the built-in steps are found: the modules of `octopus.steps.library`, imported one at a time."""

import importlib

from octopus.steps.runtime.declare import StepFunction

BUILT_IN = (
    "ingest",
    "clean",
    "split",
    "transform",
    "train",
    "validate",
    "evaluate",
    "condition",
    "retrain",
    "register",
    "python",
)
"""Names of the built-in steps in the order of the palette."""


def find_step(name: str) -> StepFunction:
    """Imports that step's module only. Raises LookupError with the known names."""
    if name not in BUILT_IN:
        raise LookupError(f"there is no step {name!r}; steps are: {', '.join(BUILT_IN)}")
    found = getattr(importlib.import_module(f"octopus.steps.library.{name}"), name)
    if not isinstance(found, StepFunction):
        raise TypeError(f"octopus.steps.library.{name}.{name} is not a declared step")
    return found
