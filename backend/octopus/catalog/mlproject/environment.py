"""Which Python environment a project's entry points want: declared as MLflow knows it, or asked for in the `octopus:`
section of one of them."""

from pathlib import Path

from octopus.catalog.mlproject.findings import Findings, Place, ProjectFault
from octopus.catalog.step_type import EnvManager, ProjectEnvironment

_REFUSED = ("docker_env", "databricks_spark_job")
_DEFAULTS = {"python_env.yaml": "python_env", "conda.yaml": "conda_env"}
"""Files that count although the MLproject file does not name them, the first of them first."""


def default_environment(folder: Path) -> str | None:
    """The file that declares the environment of a project whose MLproject file says nothing."""
    return next((file for file in _DEFAULTS if (folder / file).is_file()), None)


def declared_environment(declared: dict[object, object], folder: Path, findings: Findings) -> ProjectEnvironment | None:
    """None: the project declares none."""
    for field in _REFUSED:
        if field in declared:
            message = f"`{field}` is not supported: steps run on this machine, without a container."
            findings.error(ProjectFault.UNSUPPORTED_ENVIRONMENT, (field,), message)
    named: list[ProjectEnvironment] = []
    for kind in ("python_env", "conda_env"):
        if kind in declared:
            named.append(ProjectEnvironment(kind=kind, file=_file(kind, declared[kind], folder, findings)))
    if len(named) > 1:
        message = "A project has one environment, not both python_env and conda_env."
        findings.error(ProjectFault.UNSUPPORTED_ENVIRONMENT, ("conda_env",), message)
    if named:
        return named[0]
    file = default_environment(folder)
    return None if file is None else ProjectEnvironment(kind=_DEFAULTS[file], file=file)


def wanted_environment(
    declared: ProjectEnvironment | None, manager: EnvManager | None, findings: Findings, at: Place
) -> ProjectEnvironment | None:
    """What one entry point runs in; None: octopus' own environment. `manager`: what its section says."""
    here = (*at, "env_manager")
    if manager == "local":
        if declared is not None:
            message = f"{declared.file} is not built: the step runs in octopus' own environment, as env_manager says."
            findings.warn(ProjectFault.ENVIRONMENT_NOT_BUILT, here, message)
        return None
    if manager == "conda" and (declared is None or declared.kind != "conda_env"):
        message = "conda needs a `conda_env`; uv and virtualenv build a `python_env`, and one without packages, too."
        findings.error(ProjectFault.UNSUPPORTED_ENVIRONMENT, here, message)
    if declared is None:
        return None if manager is None else ProjectEnvironment(manager=manager)
    return declared.model_copy(update={"manager": manager})


def _file(field: str, declared: object, folder: Path, findings: Findings) -> str:
    file = declared if isinstance(declared, str) else ""
    is_there = bool(file) and (not folder.is_dir() or (folder / file).is_file())
    if not is_there or not (folder / file).resolve().is_relative_to(folder.resolve()):
        findings.error(ProjectFault.WRONG_SHAPE, (field,), f"`{field}` must name a file in the project's folder.")
    return file
