"""The warm backend's process: it has imported what steps need, and forks a process per `mlflow run` that need not
import it again. Nobody imports it: the server starts it, and MLflow finds `plugin` by its entry point.

main (the fork server) -> supervising -> mlflow_process (the genuine `mlflow.cli`) -> plugin -> step_process (the step).
"""
