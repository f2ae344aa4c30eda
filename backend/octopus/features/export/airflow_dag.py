"""Portable -> the file of an Airflow DAG, which is also the program that its operators start for what needs MLflow."""

from octopus.features.export.assemble import assembled
from octopus.features.export.comments import commented, shown
from octopus.features.export.exported import Exported, ExportOptions, file_stem
from octopus.features.export.portable import Portable
from octopus.features.export.source import python_source
from octopus.features.export.table import constants, listed, table
from octopus.features.export.unrolled import unrolled

TABLES = ("model", "instances")
MACHINERY = ("deciding", "outputs", "tracking", "attempt", "surroundings", "one_attempt", "airflow_operators")

_FRAME = """\
# {name}
{description}#
# The pipeline as an Airflow DAG, made by octopus, for Airflow 3 and 2.9 or newer: put this file into the DAGs folder.
# Every step is one `mlflow run`, data is handed on as octopus does, and no octopus server is needed. A loop is written
# out to its limit; what is not reached is skipped. Environment variables of the workers:
#   OCTOPUS_PYTHON       the Python that has MLflow and what the steps need, if it is not Airflow's own
#   MLFLOW_TRACKING_URI  where runs are recorded; without it in mlflow.db in OCTOPUS_WORK
#   OCTOPUS_WORK         a folder that all workers share, ~/octopus-runs if it is not set
#   OCTOPUS_STEPS        folder of octopus' own steps, if they are not installed with that Python

{imports}
{model}

# {rule}
# The pipeline

{table}

{machinery}

# {rule}

if __name__ == "__main__":
    answer_one(Answers(STEPS, PROJECTS, work_folder()))
else:
    names = {{"name": NAME, "experiment": EXPERIMENT, "parameters": PARAMETERS}}
    dag = Operators(__file__, names, STEPS, LOOPS, INSTANCES, GATES).dag({dag_id}, NAME, LIMIT_S, {max_parallel})
"""


def airflow_dag(pipeline: Portable, options: ExportOptions) -> Exported:
    """Raises InvalidRequest for loops that cannot be written out."""
    flat = unrolled(pipeline, "Airflow")
    stem = file_stem(pipeline.name)
    parts = assembled((*TABLES, *MACHINERY), "import os\nfrom pathlib import Path")
    text = _FRAME.format(
        name=shown(pipeline.name),
        description=commented(pipeline.description),
        imports=parts.imports,
        model="\n\n".join(parts.bodies[name] for name in TABLES).rstrip("\n") + "\n",
        table=constants(pipeline, options)
        + table(pipeline)
        + listed("INSTANCES", "Instance", flat.instances)
        + listed("GATES", "Gate", flat.gates),
        machinery="\n\n".join(parts.bodies[name] for name in MACHINERY),
        dag_id=python_source(stem),
        max_parallel=pipeline.max_parallel,
        rule="-" * 118,
    )
    return Exported(f"{stem}.py", text)
