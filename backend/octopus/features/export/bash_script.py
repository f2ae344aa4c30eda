"""Portable -> a bash script: one function per step with its `mlflow run`, a loop over them, and their bookkeeper."""

import re
import shlex
from dataclasses import replace
from importlib.resources import files

from octopus.features.export.assemble import assembled
from octopus.features.export.comments import commented, shown
from octopus.features.export.embedded.model import Metric, Step
from octopus.features.export.embedded.naming import shell_names
from octopus.features.export.exported import Exported, ExportOptions, file_stem
from octopus.features.export.portable import BUILT_IN, Portable
from octopus.features.export.table import parameters_and_limits, table

MODULES = (
    *("model", "naming", "deciding", "outputs", "tracking", "attempt", "loops", "pipeline", "surroundings"),
    *("whole_run", "bookkeeping"),
)
FENCE = "END_OF_BOOKKEEPER"
_FIND_STEPS = 'from importlib.util import find_spec as f; print(f("octopus").submodule_search_locations[0] + "/steps")'


def bash_script(pipeline: Portable, options: ExportOptions) -> Exported:
    filename = f"{file_stem(pipeline.name)}.sh"
    variables = _variables(pipeline)
    parts = {
        "NAME": shown(pipeline.name),
        "DESCRIPTION": commented(pipeline.description),
        "FILENAME": filename,
        "PROJECTS": _projects(pipeline, variables, options),
        "STEPS": "\n".join(_function(step, variables[step.project]) for step in pipeline.steps),
        "ORDER": " ".join(step.id for step in pipeline.steps),
        "FENCE": FENCE,
        "PLACES": " ".join(f'"{name}=${variable}"' for name, variable in variables.items()),
        "PROGRAM": _program(pipeline),
    }
    frame = files("octopus.features.export").joinpath("bash_frame.sh").read_text(encoding="utf-8")
    text = re.sub(r"@([A-Z]+)@", lambda found: parts[found[1]], frame)
    return Exported(filename, text, is_executable=True)


def _variables(pipeline: Portable) -> dict[str, str]:
    """Per project the shell variable that holds its folder."""
    foreign = [name for name in pipeline.projects if name != BUILT_IN]
    names = {BUILT_IN: "OCTOPUS_STEPS", **shell_names("PROJECT_", foreign)}
    return {name: names[name] for name in pipeline.projects}


def _projects(pipeline: Portable, variables: dict[str, str], options: ExportOptions) -> str:
    lines = []
    for name, folder in pipeline.projects.items():
        if options.vendored:
            place = f'"$HERE"/projects/{shlex.quote(name)}'
        elif name == BUILT_IN:
            place = f"${{OCTOPUS_STEPS:-$(\"$PYTHON\" -c '{_FIND_STEPS}')}}"
        else:
            place = shlex.quote(folder)
        lines.append(f"{variables[name]}={place}")
    if options.datasets_dir is not None:
        lines.append(f"export OCTOPUS_DATASETS_DIR=${{OCTOPUS_DATASETS_DIR:-{shlex.quote(options.datasets_dir)}}}")
    return "\n".join(lines)


def _function(step: Step, project: str) -> str:
    words = [f'{port.name}="$INPUT_{port.name}"' for port in step.inputs]
    variables = shell_names("PARAM_", _with_metrics(step))
    for name, text in step.params.items():
        value = _quoted(text) if isinstance(text, str) else f'"${variables[name]}"'
        words.append(f"{shlex.quote(name)}={value}")
    lines = [
        f'mlflow run "${project}" --entry-point {shlex.quote(step.entry_point)} --env-manager {step.env_manager}',
        '  --experiment-id "$EXPERIMENT_ID" --run-id "$RUN_ID" --storage-dir "$STORAGE"',
        *(f"  -P {word}" for word in words),
    ]
    call = " \\\n  ".join(lines)
    return f"# {shown(step.title)}\nstep_{step.id}() {{\n  {call}\n}}\n"


def _with_metrics(step: Step) -> dict[str, str | list[str | Metric]]:
    """The parameters that the script cannot spell out: what they are is known once the metrics are."""
    return {name: text for name, text in step.params.items() if not isinstance(text, str)}


def _quoted(text: str) -> str:
    """As one word of bash; what a reader's terminal would obey, or cannot show, stands there as its bytes."""
    if all(_is_visible(c) for c in text):
        return shlex.quote(text)
    escapes = {"\\": "\\\\", "'": "\\'"}
    return f"$'{''.join(escapes.get(c, c) if _is_visible(c) else _as_bytes(c) for c in text)}'"


def _is_visible(character: str) -> bool:
    return character.isprintable() or character in "\n\t"


def _as_bytes(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode())


def _program(pipeline: Portable) -> str:
    """Parameters that the script spells out are not said twice."""
    steps = tuple(replace(step, params=_with_metrics(step)) for step in pipeline.steps)
    parts = assembled(MODULES)
    return "\n\n".join(
        (
            parts.imports,
            parts.bodies["model"],
            parameters_and_limits(pipeline) + "\n" + table(replace(pipeline, steps=steps)),
            *(parts.bodies[name] for name in MODULES[1:]),
            "keep_books(NAME, EXPERIMENT, PARAMETERS, STEPS, LOOPS, LIMIT_S)",
        )
    )
