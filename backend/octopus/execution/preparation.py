"""What an attempt needs before its process starts: its directory with spec.json, where its outputs go, the values of
its input ports, the argv of its `mlflow run`, and its environment."""

from dataclasses import dataclass
from pathlib import Path

from octopus.compiler.argv import Bindings, mlflow_argv
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.tracking import TrackedRun
from octopus.engine.commands import StartAttempt
from octopus.engine.signals import StepRunKey
from octopus.execution.attempt_directory import AttemptDirectory, attempt_directory
from octopus.execution.backends.protocol import AttemptSpec
from octopus.execution.environment import StepSurroundings, step_environment
from octopus.execution.host import Host
from octopus.execution.values import Arrived, PortValues


@dataclass(frozen=True, slots=True)
class RunContext:
    """What the attempts of one run share. `parent` None: it could not be made, and `trouble` says why."""

    run_id: str
    plan: Plan
    parent: TrackedRun | None
    values: PortValues
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    spec: AttemptSpec
    directory: AttemptDirectory
    outputs_dir: Path
    arrived: Arrived


def prepare(host: Host, context: RunContext, step: PlannedStep, command: StartAttempt, tracked: TrackedRun) -> Prepared:
    """Raises OSError if the disk does not take it."""
    directory = _directory(host, context.run_id, command.key)
    outputs_dir = Path(tracked.artifact_dir) / "out" if tracked.artifact_dir is not None else directory.outputs
    arrived = context.values.arrived(step, command.inputs, directory.unconnected)
    argv = tuple(mlflow_argv(step, _bindings(tracked, directory, arrived)))
    directory.create({"run_id": context.run_id, "mlflow_run_id": tracked.run_id, "argv": argv})
    outputs_dir.mkdir(parents=True, exist_ok=True)
    env = step_environment(
        host.settings,
        StepSurroundings(
            run_id=context.run_id,
            step_id=command.key.step_id,
            iteration=command.key.iteration,
            attempt=command.key.attempt,
            outputs=outputs_dir,
            events=directory.events,
            unconnected=arrived.unconnected,
            threads=_threads(host, step),
        ),
    )
    return Prepared(AttemptSpec(directory.path, argv, env, directory.path), directory, outputs_dir, arrived)


def _directory(host: Host, run_id: str, key: StepRunKey) -> AttemptDirectory:
    directory = attempt_directory(host.settings.attempts_dir, run_id, key)
    if directory is None:
        raise ValueError(f"{run_id} {key} cannot be the name of a directory")
    return directory


def _bindings(tracked: TrackedRun, directory: AttemptDirectory, arrived: Arrived) -> Bindings:
    return Bindings(
        mlflow_run_id=tracked.run_id,
        experiment_id=tracked.experiment_id,
        storage_dir=str(directory.storage),
        inputs=arrived.texts,
    )


def _threads(host: Host, step: PlannedStep) -> int:
    """Its share of the cores with what runs now, or what its policy asks for if that is more."""
    share = host.settings.cores // max(1, host.slots.in_use)
    return max(1, share, step.policy.resources.cpus)
