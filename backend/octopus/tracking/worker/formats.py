"""What an artifact is: its format, and of a table its columns and number of rows, read from the footer alone."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class Format:
    """`rows` and `columns` ((name, type) in order) of a Parquet or Arrow table, None of anything else."""

    name: str | None
    rows: int | None = None
    columns: tuple[tuple[str, str], ...] | None = None


class UnreadableTable(Exception):
    """The file is not what its name says."""


def format_of(path: Path) -> Format:
    """Raises UnreadableTable for a broken Parquet or Arrow file."""
    if path.is_dir():
        return Format("mlflow-model" if (path / "MLmodel").is_file() else "folder")
    name = path.suffix.removeprefix(".").lower() or None
    try:
        if name == "parquet":
            return _of_parquet(path)
        if name in ("arrow", "feather"):
            return _of_arrow(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableTable(f"{path.name} is not a readable {name} file: {error}") from error
    return Format(name)


def _of_parquet(path: Path) -> Format:
    with pq.ParquetFile(path) as file:
        return Format("parquet", file.metadata.num_rows, _columns(file.schema_arrow))


def _of_arrow(path: Path) -> Format:
    with pa.memory_map(str(path)) as source, pyarrow.ipc.open_file(source) as file:
        rows = sum(file.get_batch(number).num_rows for number in range(file.num_record_batches))
        return Format("arrow", rows, _columns(file.schema))


def _columns(schema: pa.Schema) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, str(field.type)) for field in schema)
