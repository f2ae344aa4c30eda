"""All that a step logged to its MLflow run, artifacts and models -> one folder among its outputs: what a step of a
foreign project hands on, since it knows nothing of ports."""

import os
import shutil
from pathlib import Path

from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import Run

from octopus.tracking.worker.runs import local_directory

_UNFINISHED = "_logged"
"""A name that is never a port's: a folder that is not whole never looks like a value."""


def gather(client: MlflowClient, run: Run, target: Path, without: str) -> Path | None:
    """`target`, filled with the run's artifacts less the folder `without`, and each of its models in a folder of its
    name; what lies on this machine is linked, not copied. None: the step logged nothing."""
    unfinished = target.with_name(_UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    _artifacts(client, run, unfinished, without)
    _models(client, run, unfinished)
    if not any(unfinished.iterdir()):
        unfinished.rmdir()
        return None
    return unfinished.rename(target)


def _artifacts(client: MlflowClient, run: Run, into: Path, without: str) -> None:
    local = local_directory(run.info.artifact_uri)
    if local is None:
        for entry in client.list_artifacts(run.info.run_id):
            if entry.path != without:
                client.download_artifacts(run.info.run_id, entry.path, str(into))
    elif Path(local).is_dir():
        for path in sorted(Path(local).iterdir()):
            if path.name != without:
                _link(path, into / path.name)


def _models(client: MlflowClient, run: Run, into: Path) -> None:
    for output in run.outputs.model_outputs if run.outputs is not None else ():
        model = client.get_logged_model(output.model_id)
        name = Path(model.name).name
        place = into / (model.model_id if name in ("", "..") or (into / name).exists() else name)
        local = local_directory(model.artifact_location)
        if local is None:
            download_artifacts(artifact_uri=f"models:/{model.model_id}", dst_path=str(place))
        elif Path(local).is_dir():
            _link(Path(local), place)


def _link(source: Path, target: Path) -> None:
    """Links inside a folder are left out: they may lead anywhere."""
    if source.is_symlink():
        return
    if source.is_dir():
        target.mkdir()
        for path in sorted(source.iterdir()):
            _link(path, target / path.name)
        return
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
