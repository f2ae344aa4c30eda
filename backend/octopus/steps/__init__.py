"""The built-in steps, an MLflow Project of their own, and what the author of a step imports from here.

Imports no server code. What is imported here costs every step its start, so it stays light.
"""

from octopus.steps.runtime.attempt import card, log_metric, progress
from octopus.steps.runtime.declare import (
    Anything,
    Branch,
    Dataset,
    Doc,
    File,
    Metrics,
    Model,
    Param,
    Params,
    Report,
    Transformer,
    step,
)

__all__ = [
    "Anything",
    "Branch",
    "Dataset",
    "Doc",
    "File",
    "Metrics",
    "Model",
    "Param",
    "Params",
    "Report",
    "Transformer",
    "card",
    "log_metric",
    "progress",
    "step",
]
