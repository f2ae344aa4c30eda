"""From a file of a known format to a table."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

SUFFIXES: Mapping[str, str] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".xlsx": "excel",
    ".xls": "excel",
}
COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")
SNIFFED_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class TextOptions:
    """`delimiter` None: found out. `sheet` None: the first."""

    delimiter: str | None = None
    encoding: str = "utf-8"
    decimal: str = "."
    header: bool = True
    na_values: tuple[str, ...] = ()
    sheet: str | None = None


def format_of(path: Path) -> str:
    """By the file's ending. Raises ValueError with the endings that are known."""
    suffixes = [one.lower() for one in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    found = SUFFIXES.get(suffixes[-1]) if suffixes else None
    if found is None:
        raise ValueError(
            f"the format of {path.name!r} is not known from its ending; choose one (known: {', '.join(SUFFIXES)})"
        )
    return found


def read_file(path: Path, format: str, options: TextOptions) -> Any:
    """Raises ValueError with the file's name if it does not hold a table of that format."""
    if path.stat().st_size == 0:
        raise ValueError(f"{path.name} is empty")
    try:
        return _READERS[format](path, options)
    except UnicodeDecodeError as fault:
        raise ValueError(f"{path.name} is not {options.encoding} text: choose its encoding, such as latin-1") from fault
    except LookupError as fault:
        raise ValueError(f"{path.name}: {fault.args[0]}") from fault
    except (ValueError, OSError) as fault:
        raise ValueError(f"{path.name} cannot be read as {format}: {fault}") from fault


def _csv(path: Path, options: TextOptions) -> Any:
    return pd.read_csv(
        path,
        sep=options.delimiter or _delimiter(path, options),
        encoding=options.encoding,
        decimal=options.decimal,
        header=0 if options.header else None,
        na_values=list(options.na_values),
    )


def _delimiter(path: Path, options: TextOptions) -> str:
    """The one of `, ; tab |` that parts the first line most; for compressed files and single columns a comma."""
    if path.suffix.lower() in COMPRESSED:
        return ","
    with path.open(encoding=options.encoding, newline="") as file:
        line = next(iter(file.read(SNIFFED_BYTES).splitlines()), "")
    found = max(",;\t|", key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))
    return found if found in line else ","


def _json(path: Path, options: TextOptions) -> Any:
    return pd.read_json(path, encoding=options.encoding)


def _jsonl(path: Path, options: TextOptions) -> Any:
    return pd.read_json(path, lines=True, encoding=options.encoding)


def _excel(path: Path, options: TextOptions) -> Any:
    sheet = options.sheet if options.sheet is not None else 0
    header = 0 if options.header else None
    return pd.read_excel(path, sheet_name=sheet, header=header, na_values=list(options.na_values))


def _parquet(path: Path, options: TextOptions) -> Any:
    return pd.read_parquet(path)


def _arrow(path: Path, options: TextOptions) -> Any:
    return pd.read_feather(path)


_READERS: Mapping[str, Callable[[Path, TextOptions], Any]] = {
    "csv": _csv,
    "parquet": _parquet,
    "json": _json,
    "jsonl": _jsonl,
    "arrow": _arrow,
    "excel": _excel,
}
