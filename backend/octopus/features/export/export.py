"""export(plan, target): the plan as one text file for that target."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from octopus.compiler.plan import Plan
from octopus.features.export.airflow_dag import airflow_dag
from octopus.features.export.bash_script import bash_script
from octopus.features.export.exported import Exported, ExportOptions, Target
from octopus.features.export.kubeflow_pipeline import kubeflow_pipeline
from octopus.features.export.portable import Portable, portable, reads_uploads
from octopus.features.export.python_script import python_script

NO_OPTIONS = ExportOptions()
_TARGETS: Mapping[Target, Callable[[Portable, ExportOptions], Exported]] = {
    "python": python_script,
    "bash": bash_script,
    "airflow": airflow_dag,
    "kfp": kubeflow_pipeline,
}


def export(plan: Plan, target: Target, options: ExportOptions = NO_OPTIONS) -> Exported:
    """Raises InvalidRequest with code `cannot_be_exported`, the step and the reason, for what the target has no way to
    say."""
    pipeline = portable(plan)
    if not reads_uploads(pipeline):
        options = replace(options, datasets_dir=None)
    return _TARGETS[target](pipeline, options)
