"""Portable -> the constants of a generated Python program."""

from pathlib import Path

from octopus.features.export.exported import ExportOptions
from octopus.features.export.portable import BUILT_IN, Portable
from octopus.features.export.source import python_source


def constants(pipeline: Portable, options: ExportOptions) -> str:
    """NAME, EXPERIMENT, PARAMETERS, LIMIT_S and PROJECTS; and where uploaded data sets lie."""
    lines = [parameters_and_limits(pipeline), projects(pipeline, options)]
    if options.datasets_dir is not None:
        lines.append(f'os.environ.setdefault("OCTOPUS_DATASETS_DIR", {python_source(options.datasets_dir)})')
    return "\n".join(lines) + "\n"


def parameters_and_limits(pipeline: Portable) -> str:
    return "\n".join(
        (
            f"NAME = {python_source(pipeline.name)}",
            f"EXPERIMENT = {python_source(pipeline.experiment)}",
            f"PARAMETERS: dict[str, str] = {python_source(pipeline.parameters, 0, 30)}",
            f"LIMIT_S: float | None = {pipeline.limit_s!r}  # seconds that the whole run may take; None: no limit",
        )
    )


def projects(pipeline: Portable, options: ExportOptions) -> str:
    """Where the MLflow Projects are. None: where octopus is installed."""
    entries = []
    for name, folder in pipeline.projects.items():
        if options.vendored:
            place = f'Path(__file__).resolve().parent / "projects" / {python_source(name)}'
        elif name == BUILT_IN:
            place = "None"
        else:
            place = python_source(Path(folder))
        why = "  # octopus' own steps: found where octopus is installed" if place == "None" else ""
        entries.append(f"    {python_source(name)}: {place},{why}\n")
    return f"PROJECTS: dict[str, Path | None] = {{\n{''.join(entries)}}}"


def table(pipeline: Portable) -> str:
    """STEPS and LOOPS."""
    return listed("STEPS", "Step", pipeline.steps) + listed("LOOPS", "Loop", pipeline.loops)


def listed(name: str, kind: str, values: tuple[object, ...]) -> str:
    """A constant: a list with one value to a line at least."""
    lines = "".join(f"    {python_source(value, 4, 1)},\n" for value in values)
    return f"\n{name}: list[{kind}] = [{chr(10) if lines else ''}{lines}]\n"
