"""An MLflow run's artifacts as files on this machine: where they lie, or a copy made once."""

import shutil
import tempfile
from pathlib import Path, PurePosixPath

import mlflow.artifacts
from mlflow import MlflowClient
from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException

from octopus.domain.errors import NotFound
from octopus.domain.tracking import ArtifactFile
from octopus.tracking.worker.digests import files_below
from octopus.tracking.worker.runs import get_run, local_directory

FILES_LIMIT = 10_000


class Artifacts:
    """`cache_dir`: where artifacts of remote stores are kept; they never change once their run has ended."""

    def __init__(self, client: MlflowClient, cache_dir: Path) -> None:
        self._client = client
        self._cache_dir = cache_dir

    def files(self, run_id: str) -> list[ArtifactFile]:
        """Every file below the run's artifact root, sorted by path."""
        root = local_directory(self._artifact_uri(run_id))
        if root is None:
            return sorted(self._remote_files(run_id), key=lambda file: file.path)[:FILES_LIMIT]
        found = files_below(Path(root))[:FILES_LIMIT]
        return [ArtifactFile(path=f.relative_to(root).as_posix(), size_bytes=f.stat().st_size) for f in found]

    def log_texts(self, run_id: str, texts: dict[str, str]) -> None:
        """One by one: MLflow has no call for several files in several folders."""
        self._artifact_uri(run_id)
        for path, text in texts.items():
            self._client.log_text(run_id, text, path)

    def fetch(self, run_id: str, path: str) -> str:
        """Raises NotFound if there is no such artifact, or `path` leads out of the run's artifacts."""
        relative = PurePosixPath(path)
        if relative.is_absolute() or ".." in relative.parts or not relative.parts or "\0" in path:
            raise NotFound(f"There is no artifact {path!r}.")
        root = local_directory(self._artifact_uri(run_id))
        if root is not None:
            return str(_inside(Path(root), relative))
        return str(self._copy(self._cache_dir / run_id / relative, f"runs:/{run_id}/{relative}"))

    def fetch_uri(self, uri: str) -> str:
        local = local_directory(uri)
        if local is None:
            return str(self._copy(self._cache_dir / "uri" / uri.replace(":", "_").replace("/", "_"), uri))
        if not Path(local).exists():
            raise NotFound("The artifact that was handed on is no longer there.")
        return local

    def _copy(self, kept: Path, uri: str) -> Path:
        """Downloaded beside its place and moved there whole, so that a copy is complete or not there."""
        if kept.exists():
            return kept
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=kept.parent, prefix=".download-"))
        try:
            copy = mlflow.artifacts.download_artifacts(
                artifact_uri=uri, dst_path=str(beside), tracking_uri=self._client.tracking_uri
            )
            if not kept.exists():
                Path(copy).rename(kept)
        except (MlflowException, OSError) as error:
            raise NotFound(f"The artifact {uri} could not be fetched: {error}") from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return kept

    def _remote_files(self, run_id: str) -> list[ArtifactFile]:
        files, folders = list[ArtifactFile](), [""]
        while folders and len(files) < FILES_LIMIT:
            entries: list[FileInfo] = self._client.list_artifacts(run_id, folders.pop() or None)
            folders += [entry.path for entry in entries if entry.is_dir]
            files += [ArtifactFile(path=e.path, size_bytes=e.file_size) for e in entries if not e.is_dir]
        return files

    def _artifact_uri(self, run_id: str) -> str:
        return str(get_run(self._client, run_id).info.artifact_uri)


def _inside(root: Path, relative: PurePosixPath) -> Path:
    """Links are followed before the check: a step may have made one to anywhere."""
    try:
        path = (root / relative).resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise NotFound(f"There is no artifact {str(relative)!r}.") from error
    if not path.is_relative_to(root.resolve()):
        raise NotFound(f"There is no artifact {str(relative)!r}.")
    return path
