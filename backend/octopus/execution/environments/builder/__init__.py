"""The process that builds one Python environment, where and under the name that `mlflow run` will look for it."""
