"""What an attempt needs before its process starts: its directory with spec.json, where its outputs go, the values of
its input ports, the argv of its `mlflow run`, and its environment."""

from dataclasses import dataclass
from pathlib import Path

from octopus.compiler.argv import Bindings, mlflow_argv
from octopus.compiler.plan import PlannedStep
from octopus.domain.results import Fingerprint
from octopus.domain.tracking import TrackedRun
from octopus.engine.commands import StartAttempt
from octopus.engine.signals import StepRunKey
from octopus.execution.attempt_directory import AttemptDirectory, attempt_directory
from octopus.execution.backends.protocol import AttemptSpec
from octopus.execution.context import RunContext
from octopus.execution.environment import StepSurroundings, step_environment
from octopus.execution.freezing import copy_project, frozen
from octopus.execution.host import Host
from octopus.execution.values import Arrived


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of an attempt that can start or has started."""

    directory: AttemptDirectory
    outputs_dir: Path
    arrived: Arrived
    tracked: TrackedRun
    fingerprint: Fingerprint


def prepare(
    host: Host,
    context: RunContext,
    step: PlannedStep,
    command: StartAttempt,
    tracked: TrackedRun,
    fingerprint: Fingerprint,
) -> tuple[Prepared, AttemptSpec]:
    """To be called in a thread: it copies files. Raises OSError if the disk does not take it."""
    directory = directory_of(host, context.run_id, command.key)
    outputs_dir = _outputs_dir(directory, tracked)
    arrived = context.values.arrived(step, command.inputs, directory.unconnected)
    argv = tuple(mlflow_argv(frozen(step, directory.project), _bindings(tracked, directory, arrived)))
    directory.create(
        {
            "run_id": context.run_id,
            "mlflow_run_id": tracked.run_id,
            "argv": argv,
            "tracked": tracked.model_dump(),
            "fingerprint": fingerprint.model_dump(),
        }
    )
    copy_project(step, host.settings.snapshots_dir, directory.project)
    outputs_dir.mkdir(parents=True, exist_ok=True)
    spec = AttemptSpec(
        directory=directory.path,
        argv=argv,
        env=_environment(host, context.run_id, step, command.key, directory, outputs_dir, arrived),
        cwd=directory.path,
        timeout_s=step.policy.timeout_s,
        grace_s=host.settings.cancel_grace_s,
        log_cap_bytes=host.settings.log_cap_bytes,
        backend=step.policy.backend or context.backend,
    )
    return Prepared(directory, outputs_dir, arrived, tracked, fingerprint), spec


def prepared_before(
    directory: AttemptDirectory, context: RunContext, step: PlannedStep, command: StartAttempt
) -> Prepared:
    """The same of an attempt that an earlier server prepared. Raises LookupError if its spec is not there."""
    try:
        spec = directory.read_spec()
        tracked = TrackedRun.model_validate(spec.get("tracked"))
        fingerprint = Fingerprint.model_validate(spec.get("fingerprint"))
    except (OSError, ValueError) as error:
        raise LookupError(f"{directory.spec} cannot be read: {error}") from error
    arrived = context.values.arrived(step, command.inputs, directory.unconnected)
    return Prepared(directory, _outputs_dir(directory, tracked), arrived, tracked, fingerprint)


def directory_of(host: Host, run_id: str, key: StepRunKey) -> AttemptDirectory:
    directory = attempt_directory(host.settings.attempts_dir, run_id, key)
    if directory is None:
        raise ValueError(f"{run_id} {key} cannot be the name of a directory")
    return directory


def _outputs_dir(directory: AttemptDirectory, tracked: TrackedRun) -> Path:
    return Path(tracked.artifact_dir) / "out" if tracked.artifact_dir is not None else directory.outputs


def _bindings(tracked: TrackedRun, directory: AttemptDirectory, arrived: Arrived) -> Bindings:
    return Bindings(
        mlflow_run_id=tracked.run_id,
        experiment_id=tracked.experiment_id,
        storage_dir=str(directory.storage),
        inputs=arrived.texts,
    )


def _environment(
    host: Host,
    run_id: str,
    step: PlannedStep,
    key: StepRunKey,
    directory: AttemptDirectory,
    outputs_dir: Path,
    arrived: Arrived,
) -> dict[str, str]:
    return step_environment(
        host.settings,
        StepSurroundings(
            run_id=run_id,
            step_id=key.step_id,
            iteration=key.iteration,
            attempt=key.attempt,
            outputs=outputs_dir,
            events=directory.events,
            unconnected=arrived.unconnected,
            threads=_threads(host, step),
        ),
    )


def _threads(host: Host, step: PlannedStep) -> int:
    """Its share of the cores with what runs now, or what its policy asks for if that is more."""
    share = host.settings.cores // max(1, host.slots.in_use)
    return max(1, share, step.policy.resources.cpus)
