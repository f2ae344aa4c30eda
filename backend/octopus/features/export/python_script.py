"""Portable -> a Python script that makes the whole run: the pipeline as a table, then the code that executes it."""

from octopus.features.export.assemble import assembled
from octopus.features.export.comments import commented, shown
from octopus.features.export.exported import Exported, ExportOptions, file_stem
from octopus.features.export.portable import Portable
from octopus.features.export.table import constants, table

MODULES = ("model", "deciding", "outputs", "tracking", "attempt", "loops", "pipeline", "surroundings", "whole_run")

_HEAD = """\
#!/usr/bin/env python3
# {name}
{description}#
# The pipeline as a script, made by octopus: it runs every step as `mlflow run`, one after the other, and hands on data
# as octopus does; no octopus server is needed. Start it with the Python that has MLflow and what the steps need:
#
#     python {filename}
#
# It ends with 0 if the run succeeded, 1 if it failed. Environment variables:
#   MLFLOW_TRACKING_URI  where runs are recorded; without it in mlflow.db in the current folder
#   OCTOPUS_STEPS        folder of octopus' own steps, if they are not installed with this Python
#   OCTOPUS_BIN          folder of the `mlflow` and `python` that run the steps, if not this Python's

{imports}
{model}

# {rule}
# The pipeline

{table}

{machinery}

# {rule}

if __name__ == "__main__":
    sys.exit(run_pipeline(NAME, EXPERIMENT, PARAMETERS, STEPS, LOOPS, PROJECTS, LIMIT_S))
"""


def python_script(pipeline: Portable, options: ExportOptions) -> Exported:
    filename = f"{file_stem(pipeline.name)}.py"
    parts = assembled(MODULES, "import os\nimport sys\nfrom pathlib import Path")
    text = _HEAD.format(
        name=shown(pipeline.name),
        description=commented(pipeline.description),
        filename=filename,
        imports=parts.imports,
        model=parts.bodies["model"].rstrip("\n") + "\n",
        table=constants(pipeline, options) + table(pipeline),
        machinery="\n\n".join(parts.bodies[name] for name in MODULES[1:]),
        rule="-" * 118,
    )
    return Exported(filename, text, is_executable=True)
