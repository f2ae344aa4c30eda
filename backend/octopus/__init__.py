"""octopus, the MLflow Pipeline Orchestrator: draw a pipeline, press Run, watch real `mlflow run`s.

For Python programs: `octopus.Pipeline` builds, validates, plans and runs pipelines, `octopus.Client` talks to a server,
`octopus.flow` runs flows of Python functions. What is exported here is imported when it is first used.
"""

__version__ = "0.1.0"

_SDK = {
    "AsyncClient": "client",
    "AsyncRun": "run",
    "Client": "client",
    "NoPipeline": "document_file",
    "Pipeline": "pipeline",
    "Port": "step",
    "Run": "run",
    "StepHandle": "step",
}
_DOMAIN = {
    "Policy": "pipeline",
    "Resources": "pipeline",
    **dict.fromkeys(
        (
            *("AccessRefused", "Conflict", "DiskNearlyFull", "DocumentTooNew", "InvalidDocument", "InvalidProject"),
            *("InvalidRequest", "NotFound", "OctopusError", "PayloadTooLarge", "PipelineHasProblems", "QueueFull"),
            *("RunNotSuccessful", "ServerUnreachable", "StaleVersion", "StorageUnavailable", "TrackingUnavailable"),
            *("UnknownName", "VersionRequired"),
        ),
        "errors",
    ),
}
_PLACES = {
    **{name: f"octopus.sdk.{module}" for name, module in _SDK.items()},
    **{name: f"octopus.domain.{module}" for name, module in _DOMAIN.items()},
}
__all__ = ["__version__", *_PLACES]


def __getattr__(name: str) -> object:
    """An exported name, imported now."""
    if name not in _PLACES:
        raise AttributeError(f"module 'octopus' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
