"""The tracking worker: the process that imports mlflow, pandas and pyarrow so that the server need not."""
