"""MLflow tracking and the inspection of data, behind a narrow protocol: the client lives in the API process, the worker
is a process of its own and the only one that imports mlflow, pandas and pyarrow."""
