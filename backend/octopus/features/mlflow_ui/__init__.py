"""MLflow's own UI under /mlflow: a child `mlflow server`, started when somebody first looks, behind octopus' door."""
