"""The files of a new step, an MLflow Project of its own: texts in which `$name` and `$title` stand for its names."""
