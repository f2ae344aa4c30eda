"""The warm backend beside what it replaces: a shell loop of `mlflow run`, the cold backend, a script by hand."""
