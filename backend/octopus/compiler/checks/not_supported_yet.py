"""What a document may say and this version cannot do is refused by name, never ignored."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.references_in_text import holds_reference
from octopus.domain.pipeline import Step
from octopus.domain.problem import Problem, ProblemCode


def not_supported_yet(drawing: Drawing) -> Iterator[Problem]:
    document = drawing.document
    for name in document.parameters:
        yield _problem("pipeline parameters", "parameters", name)
    for name in document.profiles:
        yield _problem("profiles", "profiles", name)
    if document.settings.timeout_s is not None:
        yield _problem("a time limit for the run (`timeout_s`)", "settings", "timeout_s")
    for index, step in enumerate(document.steps):
        yield from _of_step(index, step)
    for index, edge in enumerate(document.edges):
        if edge.kind == "loop":
            yield _problem("loop edges", "edges", index, edge_id=edge.id)


def _of_step(index: int, step: Step) -> Iterator[Problem]:
    for name, value in step.params.items():
        if holds_reference(value):
            yield _problem("references (`${...}`) in parameters", "steps", index, "params", name, step_id=step.id)
    policy, resources = step.policy, step.policy.resources
    asked = (
        (policy.retries > 0, "retries", ("retries",)),
        (policy.timeout_s is not None, "a time limit for a step (`timeout_s`)", ("timeout_s",)),
        (policy.on_failure != "fail", "`on_failure: continue`", ("on_failure",)),
        (resources.gpus > 0, "requests for GPUs", ("resources", "gpus")),
        (resources.memory_mb is not None, "limits on memory (`memory_mb`)", ("resources", "memory_mb")),
    )
    for is_asked, what, place in asked:
        if is_asked:
            yield _problem(what, "steps", index, "policy", *place, step_id=step.id)


def _problem(what: str, *place: str | int, step_id: str | None = None, edge_id: str | None = None) -> Problem:
    return Problem(
        code=ProblemCode.NOT_SUPPORTED_YET,
        message=f"This version of octopus does not support {what} yet.",
        pointer=pointer(*place),
        step_id=step_id,
        edge_id=edge_id,
    )
