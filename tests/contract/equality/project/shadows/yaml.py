"""Named like a package that MLflow needs."""

WHOSE = "the project's yaml"
