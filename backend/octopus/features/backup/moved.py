"""Paths in databases that lead to artifacts of the data directory they were made in -> to the one they are in now.

MLflow writes absolute locations down; octopus repeats them in events and results. Only those places are changed, and
only where they lead into the old directory: parameters and texts of people stay what they were.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

MLFLOW_LOCATIONS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
OCTOPUS_TEXTS = (("events", "payload"), ("step_results", "record"))
_KEYS = "uri|artifact_uri|outputs_dir"


def move_locations(mlflow_database: Path, old: Path, new: Path) -> None:
    """Table columns that hold nothing but a location."""
    _rewrite(mlflow_database, MLFLOW_LOCATIONS, _replacer("^", old, new))


def move_texts(octopus_database: Path, old: Path, new: Path) -> None:
    """JSON texts with locations under known keys."""
    _rewrite(octopus_database, OCTOPUS_TEXTS, _replacer(f'"(?:{_KEYS})":"', old, new))


def _replacer(before: str, old: Path, new: Path) -> Callable[[str], str]:
    """Text -> text with every location below `old`, as a URI or as a path, below `new`."""
    places = {old.as_uri(): new.as_uri(), str(old): str(new)}
    either = "|".join(re.escape(place) for place in places)
    pattern = re.compile(f'({before})({either})(?=[/"]|$)')
    return lambda text: pattern.sub(lambda found: found[1] + places[found[2]], text)


def _rewrite(database: Path, columns: tuple[tuple[str, str], ...], replace: Callable[[str], str]) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.create_function("octopus_moved", 1, lambda text: text and replace(text), deterministic=True)
        for table, column in columns:
            if _has(connection, table, column):
                connection.execute(
                    f"UPDATE {table} SET {column} = octopus_moved({column}) "  # noqa: S608 - names from above
                    f"WHERE {column} IS NOT octopus_moved({column})"
                )


def _has(connection: sqlite3.Connection, table: str, column: str) -> bool:
    found = connection.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (table, column))
    return found.fetchone() is not None
