"""What is wrong with what is asked of a document: values of parameters, the profile, the scope.

Pointers lead into the request, not into the document: /parameters/threshold, /profile, /scope/step_id.
"""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pipeline_parameters import value_fault
from octopus.compiler.pointer import pointer
from octopus.compiler.reference import ParameterReference
from octopus.compiler.request import RunRequest
from octopus.compiler.wording import did_you_mean, names, quoted
from octopus.domain.problem import Problem, RequestCode

WITH_A_STEP = ("to", "from", "only")
"""Scopes that begin or end at one step."""


def request_problems(drawing: Drawing, request: RunRequest) -> Iterator[Problem]:
    for rule in (_profile, _given_values, _missing_values, _scope):
        yield from rule(drawing, request)


def _profile(drawing: Drawing, request: RunRequest) -> Iterator[Problem]:
    known = drawing.document.profiles
    if request.profile is not None and request.profile not in known:
        rest = f"; it has {names(known)}." if known else "; it has none."
        yield Problem(
            code=RequestCode.UNKNOWN_PROFILE,
            message=f"The pipeline has no profile {quoted(request.profile)}{rest}",
            pointer=pointer("profile"),
        )


def _given_values(drawing: Drawing, request: RunRequest) -> Iterator[Problem]:
    declared = drawing.document.parameters
    for name, value in request.parameters.items():
        if name not in declared:
            yield Problem(
                code=RequestCode.UNKNOWN_PIPELINE_PARAMETER,
                message=f"The pipeline has no parameter {quoted(name)}{did_you_mean(name, list(declared))}",
                pointer=pointer("parameters", name),
            )
        elif (fault := value_fault(declared[name], value)) is not None:
            yield Problem(
                code=RequestCode.INVALID_PIPELINE_PARAMETER,
                message=f"The pipeline parameter `{name}` {fault}",
                pointer=pointer("parameters", name),
            )


def _missing_values(drawing: Drawing, request: RunRequest) -> Iterator[Problem]:
    """Only of parameters that a step refers to: what nobody reads needs no value."""
    declared = drawing.document.parameters
    wanted: dict[str, str] = {}
    for placed in drawing.references:
        if isinstance(placed.reference, ParameterReference) and placed.reference.name in declared:
            wanted.setdefault(placed.reference.name, placed.step_id)
    for name, step_id in wanted.items():
        if name not in drawing.values and name not in request.parameters and declared[name].default is None:
            yield Problem(
                code=RequestCode.MISSING_PARAMETER_VALUE,
                message=f"The pipeline parameter `{name}`, which `{step_id}` refers to, has no value; give it one.",
                pointer=pointer("parameters", name),
                step_id=step_id,
            )


def _scope(drawing: Drawing, request: RunRequest) -> Iterator[Problem]:
    scope, steps = request.scope, drawing.steps
    if scope.mode == "failed" and scope.of_run is None:
        yield _invalid_scope("Scope `failed` needs `of_run`: the run whose steps are to be taken over.", "of_run")
    if scope.mode != "failed" and scope.of_run is not None:
        yield _invalid_scope(f"Scope `{scope.mode}` takes no `of_run`; only `failed` does.", "of_run")
    if scope.mode not in WITH_A_STEP:
        if scope.step_id is not None:
            yield _invalid_scope(f"Scope `{scope.mode}` takes no `step_id`.", "step_id")
    elif scope.step_id is None:
        yield _invalid_scope(f"Scope `{scope.mode}` needs a `step_id`.", "step_id")
    elif scope.step_id not in steps:
        yield Problem(
            code=RequestCode.UNKNOWN_SCOPE_STEP,
            message=f"The pipeline has no step {quoted(scope.step_id)}{did_you_mean(scope.step_id, list(steps))}",
            pointer=pointer("scope", "step_id"),
        )
    elif not steps[scope.step_id].enabled:
        yield _invalid_scope(f"`{scope.step_id}` is disabled; enable it to run it.", "step_id", scope.step_id)


def _invalid_scope(message: str, field: str, step_id: str | None = None) -> Problem:
    return Problem(code=RequestCode.INVALID_SCOPE, message=message, pointer=pointer("scope", field), step_id=step_id)
