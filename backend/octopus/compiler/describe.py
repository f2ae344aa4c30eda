"""describe(plan): the plan as a person or a program reads it before the run (POST /plan)."""

import shlex
from collections.abc import Mapping
from typing import Literal

from pydantic import JsonValue

from octopus.compiler.argv import mlflow_argv, planned_bindings
from octopus.compiler.plan import Mode, Plan, PlannedLoop, PlannedStep
from octopus.compiler.request import EVERYTHING, RunRequest
from octopus.domain.base import Value
from octopus.domain.problem import Problem
from octopus.domain.run import Scope


class Foreseen(Value):
    """What one step would do if it were run now. `fingerprint` None: not known before the run. `why`: for a person.
    `changed`: the parts that differ from its latest result. `last_duration_s` None: it never succeeded in this
    pipeline."""

    fingerprint: str | None = None
    will_reuse: bool = False
    will_skip: bool = False
    why: str = ""
    changed: tuple[str, ...] = ()
    last_duration_s: float | None = None


class PlannedStepView(Value):
    """A step as it will run. `depends_on`: the steps it waits for. `argv`: its exact `mlflow run`; what is known only
    during the run stands as `<run_id>`, `<out:step.port>`, `<metric:step.name>`, ...; `command`: the same as one line
    for a shell. `mode`: `run` is reused if an earlier result fits, `force` is executed, `reuse` is only ever reused.
    `will_reuse`, `will_skip`: as far as it can be foreseen, with the reason in `why`; `changed`: what differs from its
    latest result. `fingerprint`, `last_duration_s` null: not known."""

    id: str
    type: str
    title: str
    enabled: bool
    mode: Mode = "run"
    depends_on: tuple[str, ...]
    argv: tuple[str, ...]
    command: str
    fingerprint: str | None = None
    will_reuse: bool = False
    will_skip: bool = False
    why: str
    changed: tuple[str, ...] = ()
    last_duration_s: float | None = None


class PlannedLoopView(Value):
    """A loop edge from `source` back to `target`. `body`: the steps that are executed again, in order, what follows
    them not included; `max_iterations`: how often at most, the first time included. `parent`: edge id of the innermost
    loop around it."""

    edge_id: str
    source: str
    target: str
    body: tuple[str, ...]
    max_iterations: int
    on_limit: Literal["fail", "continue"]
    parent: str | None = None


class PlanView(Value):
    """`steps` in the order in which they can run, only those in scope. `experiment`: name of the MLflow experiment.
    `parameters`: the pipeline parameters' values. `warnings`: problems that do not stop a run."""

    experiment: str
    max_parallel: int | None
    timeout_s: float | None = None
    parameters: dict[str, JsonValue] = {}
    profile: str | None = None
    scope: Scope = Scope()
    force: bool = False
    steps: tuple[PlannedStepView, ...]
    loops: tuple[PlannedLoopView, ...] = ()
    warnings: tuple[Problem, ...] = ()


Sources = Mapping[str, tuple[str, str]]
"""Per edge id its (source step, source port)."""


def describe(
    plan: Plan,
    warnings: tuple[Problem, ...] = (),
    foresight: Mapping[str, Foreseen] | None = None,
    request: RunRequest = EVERYTHING,
) -> PlanView:
    """The whole plan, in its order. `foresight`: per step id what execution.foresight found; a step that is not in it
    says nothing of that. `request`: what the plan was compiled for."""
    sources = {edge.id: (edge.source, edge.source_port) for edge in plan.edges}
    foreseen = foresight or {}
    return PlanView(
        experiment=plan.experiment,
        max_parallel=plan.max_parallel,
        timeout_s=plan.timeout_s,
        parameters=plan.parameters,
        profile=request.profile,
        scope=request.scope,
        force=request.force,
        steps=tuple(_described(step, sources, foreseen.get(step.id) or Foreseen()) for step in plan.steps),
        loops=tuple(_loop(loop) for loop in plan.loops),
        warnings=warnings,
    )


def _described(step: PlannedStep, sources: Sources, seen: Foreseen) -> PlannedStepView:
    argv = mlflow_argv(step, planned_bindings(step, sources))
    waits_for = (sources[edge][0] for port in step.inputs for edge in port.edges)
    return PlannedStepView(
        id=step.id,
        type=step.type_id,
        title=step.title,
        enabled=step.enabled,
        mode=step.mode,
        depends_on=tuple(dict.fromkeys(waits_for)),
        argv=tuple(argv),
        command=shlex.join(argv),
        fingerprint=seen.fingerprint,
        will_reuse=seen.will_reuse,
        will_skip=seen.will_skip,
        why=seen.why,
        changed=seen.changed,
        last_duration_s=seen.last_duration_s,
    )


def _loop(loop: PlannedLoop) -> PlannedLoopView:
    return PlannedLoopView(
        edge_id=loop.edge_id,
        source=loop.source,
        target=loop.target,
        body=loop.body,
        max_iterations=loop.max_iterations,
        on_limit=loop.on_limit,
        parent=loop.parent,
    )
