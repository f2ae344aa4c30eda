"""OCTOPUS_DATABASE_URL -> the file of octopus' own database; a file -> the URL by which MLflow finds its own."""

from pathlib import Path

from octopus.domain.errors import StorageUnavailable

SQLITE = "sqlite:///"


def database_path(url: str | None, default: Path) -> Path:
    """Raises StorageUnavailable for a database this version cannot use."""
    if url is None:
        return default
    if not url.startswith(SQLITE) or not url.removeprefix(SQLITE).startswith("/"):
        raise StorageUnavailable(
            "OCTOPUS_DATABASE_URL must be sqlite:/// and an absolute path; this version of octopus knows no other "
            "database.",
            code="database_url_unknown",
        )
    return Path(url.removeprefix(SQLITE))


def mlflow_url(path: Path) -> str:
    """`path`: absolute. SQLAlchemy, with which MLflow reads it, takes %xx for a character and ? for the end."""
    return SQLITE + str(path).replace("%", "%25").replace("?", "%3F")
