"""The artifact names of MLflow Recipes -> the step and port of a pipeline where the same thing is found."""

from collections.abc import Iterable

from octopus.domain.errors import UnknownName
from octopus.domain.pipeline import PipelineDocument

PORTS: dict[str, tuple[str, str]] = {
    "ingested_data": ("ingest", "data"),
    "training_data": ("split", "train"),
    "validation_data": ("split", "validation"),
    "test_data": ("split", "test"),
    "transformed_training_data": ("transform", "train"),
    "transformed_validation_data": ("transform", "validation"),
    "transformed_test_data": ("transform", "test"),
    "transformer": ("transform", "transformer"),
    "model": ("train", "model"),
    "registered_model_version": ("register", "version"),
}
"""Per name the step type and its output port. `transformed_test_data` is octopus' own."""

ABSENT: dict[str, str] = {
    "run": "use `run.view()`: every step run has its `mlflow_run_id`",
    "best_parameters": "octopus' train step does not search; what it was trained with is its port `params`",
    "predicted_training_data": "no step keeps predictions; call the model on the training data",
    "ingested_scoring_data": "batch scoring is a pipeline of its own, whose data is `ingested_data`",
    "scored_data": "batch scoring is a pipeline of its own; name its step and port",
}
"""Names of Recipes that mean nothing here, each with what to do instead."""


def is_recipes_name(name: str) -> bool:
    return name in PORTS or name in ABSENT


def place_of(name: str, document: PipelineDocument, ran: Iterable[str]) -> tuple[str, str]:
    """Step id and port. Of several steps of the type the only one among `ran`. Raises UnknownName."""
    if name in ABSENT:
        raise UnknownName(f"There is no artifact {name!r} in a pipeline: {ABSENT[name]}.")
    step_type, port = PORTS[name]
    every = [step.id for step in document.steps if step.type == step_type]
    found = [step for step in every if step in set(ran)] or every
    if len(found) == 1:
        return found[0], port
    if not found:
        raise UnknownName(f"{name!r} comes from a step of type {step_type!r}, and the pipeline has none.")
    named = ", ".join(f"get_artifact({step!r}, {port!r})" for step in found)
    raise UnknownName(f"{name!r} may come from several steps; name one of them: {named}.")
