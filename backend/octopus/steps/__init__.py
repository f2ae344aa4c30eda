"""The built-in steps and what authors of steps import; an MLflow Project of its own, it knows nothing of the server."""
