"""octopus, the MLflow Pipeline Orchestrator: draw a pipeline, press Run, watch real `mlflow run`s."""

__version__ = "0.1.0"
