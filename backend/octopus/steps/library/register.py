"""register: put a model into MLflow's registry."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from octopus.steps.modelling.registry import Registry
from octopus.steps.modelling.saved import SavedModel, quiet_mlflow
from octopus.steps.modelling.verdict import TAG, Verdict, read_verdicts, together
from octopus.steps.runtime.attempt import card, log_metric
from octopus.steps.runtime.declare import Doc, Metrics, Model, Param, Report, step

RESERVED_ALIAS = re.compile(r"^(latest|v\d+)$", re.IGNORECASE)
NO_TAGS: Mapping[str, str] = MappingProxyType({})


class Registered(NamedTuple):
    version: Annotated[Report, Doc("Name, version and address in the registry.")]


@step(
    title="Register",
    category="Deliver",
    colour="io",
    icon="Inventory2",
    summary=("name", "alias"),
    pure=False,
)
def register(
    model: Annotated[Model, Doc("The model to register.")],
    metrics: Annotated[Metrics | None, Doc("Metrics of an evaluation; kept as tags of the version.")] = None,
    report: Annotated[
        Report | None, Doc("Report of an evaluation; its verdict counts instead of that on the model's MLflow run.")
    ] = None,
    name: Annotated[
        str, Param("Name", "Of the registered model.", min_length=1, max_length=250, pattern=r"^[^/:]+$")
    ] = "model",
    allow_unknown: Annotated[
        bool,
        Param("Allow unknown", "Also register a model that no criteria have been applied to. A rejected one never is."),
    ] = False,
    alias: Annotated[
        str | None,
        Param(
            "Alias", "Points to this version from now on, such as champion.", pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,254}$"
        ),
    ] = None,
    tags: Annotated[Mapping[str, str], Param("Tags", "Of the version.")] = NO_TAGS,
    description: Annotated[str, Param("Description", "Of the version.", max_length=5000)] = "",
) -> Registered:
    """Registers a model once: one with the same content is found again and gets the alias and tags, but no new version.

    A model is registered only if its evaluation was passed (see evaluate). A rejected model fails this step. The
    verdict is the report's, or else the last one of every evaluate step that is written on the model's MLflow run.
    """
    if model.run_id is None:
        raise ValueError(
            "the model does not say which MLflow run made it; only models trained in a run can be registered"
        )
    if alias and RESERVED_ALIAS.match(alias):
        raise ValueError(f"MLflow keeps the alias {alias!r} for itself; choose another, such as champion")
    quiet_mlflow()
    from mlflow import MlflowClient

    client = MlflowClient()
    run = client.get_run(model.run_id)
    verdicts = read_verdicts(run.data.tags) if report is None else _reported(report, model)
    _refuse(together(list(verdicts.values())), verdicts, allow_unknown)
    registry = Registry(client, name)
    digest = model.digest()
    version = registry.version_with(digest)
    if version is None:
        version = registry.add(model, digest, description)
        print(f"registered as {name} version {version}")
    else:
        print(f"{name} version {version} is this very model: nothing new is registered")
    verdict = together(list(verdicts.values()))
    registry.tag(version, {**_metric_tags(metrics), **tags, TAG: verdict})
    if alias:
        registry.point(alias, version)
        print(f"{name}@{alias} is version {version}")
    log_metric("version", float(version))
    _show(name, version, verdict, alias, model, {**_metric_tags(metrics), **tags})
    address = f"models:/{name}/{version}"
    return Registered({"name": name, "version": version, "model_uri": address, "alias": alias, "digest": digest})


def _reported(report: Mapping[str, Any], model: SavedModel) -> dict[str, str]:
    judged = report.get("model")
    if not isinstance(judged, Mapping) or "verdict" not in report:
        raise ValueError("input report is not the report of an evaluate step")
    if judged.get("digest") != model.digest():
        raise ValueError("the report is about another model: connect the evaluate step that judged this one")
    return {"the report": str(report["verdict"])}


def _refuse(verdict: Verdict, verdicts: Mapping[str, str], allow_unknown: bool) -> None:
    if verdict == "REJECTED":
        judges = ", ".join(sorted(step for step, one in verdicts.items() if one == "REJECTED"))
        raise ValueError(
            f"the model was rejected by {judges}; a rejected model is never registered. If other criteria hold now, "
            "connect the report of that evaluation"
        )
    if verdict == "UNKNOWN" and not allow_unknown:
        raise ValueError(
            "nobody has judged the model by criteria: give an evaluate step criteria and connect its pass port, "
            "or switch on allow_unknown"
        )


def _metric_tags(metrics: Mapping[str, float] | None) -> dict[str, str]:
    return {f"metric.{name}": f"{value}" for name, value in (metrics or {}).items()}


def _show(
    name: str, version: str, verdict: Verdict, alias: str | None, model: SavedModel, tags: Mapping[str, str]
) -> None:
    lines: list[list[object]] = [
        ["name", name],
        ["version", version],
        ["verdict", verdict],
        ["alias", alias],
        ["MLflow run", model.run_id],
    ]
    card().table("Registered model", ["", ""], [*lines, *([f"tag {key}", tag] for key, tag in tags.items())])
