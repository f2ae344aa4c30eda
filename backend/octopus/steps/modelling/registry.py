"""MLflow's model registry, as the register step sees it: versions of one name, found again by content."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from octopus.steps.modelling.saved import SavedModel

if TYPE_CHECKING:
    from mlflow import MlflowClient

DIGEST_TAG = "octopus.model_digest"


class Registry:
    """The versions of the registered model `name`."""

    def __init__(self, client: "MlflowClient", name: str) -> None:
        self._client = client
        self._name = name

    def version_with(self, digest: str) -> str | None:
        """The newest version with this content, None if there is none."""
        quoted = self._name.replace("'", "''")
        found: list[Any] = []
        token = None
        while True:
            page = self._client.search_model_versions(f"name='{quoted}'", page_token=token)
            found += [one for one in page if one.tags.get(DIGEST_TAG) == digest]
            token = page.token
            if not token:
                break
        return str(max(found, key=lambda one: int(one.version)).version) if found else None

    def add(self, model: SavedModel, digest: str, description: str) -> str:
        """A new version whose source is the artifact of the run that trained the model."""
        from mlflow.exceptions import MlflowException
        from mlflow.store.artifact.runs_artifact_repo import RunsArtifactRepository

        try:
            self._client.create_registered_model(self._name)
        except MlflowException as fault:
            if fault.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        source = RunsArtifactRepository.get_underlying_uri(f"runs:/{model.run_id}/{model.artifact_path}")
        version = self._client.create_model_version(
            self._name, source, model.run_id, tags={DIGEST_TAG: digest}, description=description or None
        )
        return str(version.version)

    def tag(self, version: str, tags: Mapping[str, str]) -> None:
        for key, value in tags.items():
            self._client.set_model_version_tag(self._name, version, key, value)

    def point(self, alias: str, version: str) -> None:
        self._client.set_registered_model_alias(self._name, alias, version)
