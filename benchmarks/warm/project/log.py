"""A step that logs one of each kind."""

import mlflow

with mlflow.start_run():
    mlflow.log_metric("accuracy", 0.95)
    mlflow.log_param("depth", 3)
    mlflow.set_tag("kind", "forest")
    mlflow.log_text("one line\n", "notes.txt")
