"""A table file -> a page of its rows as JSON values, and a profile of its columns. Reads no more of a Parquet or Arrow
file than the page needs, and never runs anything that a file contains."""

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq

from octopus.domain.errors import InvalidRequest, NotFound
from octopus.domain.tracking import TablePage
from octopus.tracking.worker.profile import profile

TEXT_LIMIT = 1000
"""Characters of a cell that are shown."""
PROFILE_ROWS = 200_000
"""Rows a profile looks at: enough for a picture, little enough for a moment."""


def preview(path: Path, offset: int, limit: int, with_profile: bool) -> TablePage:
    """Raises NotFound, or InvalidRequest if the file is no table that can be read."""
    if not path.is_file():
        raise NotFound(f"There is no file {path.name}.")
    try:
        table = _open(path)
        page, total_rows = table.page(offset, limit), table.total_rows
        summary = profile(table.page(0, PROFILE_ROWS).to_pandas()) if with_profile else []
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path.name} cannot be read as a table: {error}") from error
    return TablePage(
        columns=tuple({"name": field.name, "type": str(field.type)} for field in page.schema),
        rows=tuple(tuple(json_cell(value) for value in row) for row in _rows(page)),
        total_rows=total_rows,
        offset=offset,
        profile=tuple(summary),
    )


def json_cell(value: object) -> object:
    """A value as JSON has it: None for missing, text for what JSON has no word for."""
    match value:
        case None | bool() | int() | pd.Timedelta():
            return str(value) if isinstance(value, pd.Timedelta) or _too_large(value) else value
        case float():
            return None if math.isnan(value) else value if math.isfinite(value) else str(value)
        case str():
            return value[:TEXT_LIMIT]
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal() | timedelta():
            return str(value)
        case bytes():
            return value[: TEXT_LIMIT // 2].hex()
        case list():
            return [json_cell(item) for item in value[:100]]
        case dict():
            return {str(name): json_cell(item) for name, item in value.items()}
        case _:
            return str(value)[:TEXT_LIMIT]


def _too_large(value: object) -> bool:
    """JavaScript counts exactly up to 2**53."""
    return isinstance(value, int) and abs(value) > 2**53


def _rows(page: pa.Table) -> Iterator[tuple[object, ...]]:
    columns = [column.to_pylist() for column in page.columns]
    return zip(*columns, strict=True) if columns else iter(())


class _Table:
    """A table of which pages can be taken. Row groups of Parquet are read as needed."""

    def __init__(self, whole: pa.Table) -> None:
        self._whole = whole
        self.total_rows = whole.num_rows

    def page(self, offset: int, limit: int) -> pa.Table:
        return self._whole.slice(offset, limit)


class _Parquet(_Table):
    def __init__(self, path: Path) -> None:
        self._file = pq.ParquetFile(path, memory_map=True)
        self.total_rows = self._file.metadata.num_rows

    def page(self, offset: int, limit: int) -> pa.Table:
        first, groups, start = 0, list[int](), 0
        for group in range(self._file.metadata.num_row_groups):
            rows = self._file.metadata.row_group(group).num_rows
            if start < offset + limit and start + rows > offset:
                first = start if not groups else first
                groups.append(group)
            start += rows
        if not groups:
            return self._file.schema_arrow.empty_table()
        return self._file.read_row_groups(groups).slice(offset - first, limit)


def _open(path: Path) -> _Table:
    match path.suffix.lower():
        case ".parquet":
            return _Parquet(path)
        case ".arrow" | ".feather":
            with pyarrow.ipc.open_file(pa.memory_map(str(path))) as file:
                return _Table(file.read_all())
        case ".csv":
            return _Table(pyarrow.csv.read_csv(path))
        case other:
            raise InvalidRequest(f"A {other or 'file without extension'} is no table that can be shown.")
