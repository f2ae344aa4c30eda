"""ingest: bring a table into the pipeline."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import pandas as pd

from octopus.steps.runtime.attempt import card, log_metric, progress
from octopus.steps.runtime.declare import Dataset, Doc, Param, step
from octopus.steps.runtime.own_code import own_function
from octopus.steps.tables.bundled import BundledName, bundled_table
from octopus.steps.tables.files import named, need_columns
from octopus.steps.tables.formats import TextOptions, format_of, read_file
from octopus.steps.tables.generated import GeneratorName, generated_table
from octopus.steps.tables.locations import digest, sources
from octopus.steps.tables.profile import show_table

Format = Literal["auto", "csv", "parquet", "json", "jsonl", "arrow", "excel", "sql", "sklearn", "generated"]


class Ingested(NamedTuple):
    data: Annotated[Dataset, Doc("The table.")]


@step(
    title="Ingest",
    category="Data",
    colour="io",
    icon="Storage",
    summary=("location", "bundled", "format"),
)
def ingest(
    format: Annotated[
        Format,
        Param(
            "Format",
            "How the data is stored. auto: by the ending of the location; without a location the bundled data set.",
        ),
    ] = "auto",
    location: Annotated[
        str,
        Param(
            "Location",
            "A path, a pattern such as data/*.csv, an http(s) address, or dataset:<name> for an uploaded data set; "
            "several, one per line, are put one below the other.",
            widget="dataset",
            data=True,
        ),
    ] = "",
    bundled: Annotated[
        BundledName, Param("Bundled data set", "Used by the formats auto (without a location) and sklearn.")
    ] = "iris",
    delimiter: Annotated[
        str | None, Param("Delimiter", "Of csv files; empty: found out from the first line.", max_length=4)
    ] = None,
    encoding: Annotated[str, Param("Encoding", "Of csv and json files.", min_length=1)] = "utf-8",
    decimal: Annotated[Literal[".", ","], Param("Decimal mark", "Of csv files.")] = ".",
    header: Annotated[
        bool, Param("Header line", "Whether the first line of a csv or excel file names the columns.")
    ] = True,
    na_values: Annotated[
        tuple[str, ...], Param("Missing values", "Further texts that mean: no value (csv and excel).")
    ] = (),
    sheet: Annotated[str | None, Param("Sheet", "Of an excel file; empty: the first.")] = None,
    sql: Annotated[str | None, Param("SQL", "The query, for the format sql.", widget="code", data=True)] = None,
    connection: Annotated[
        str | None,
        Param("Connection", "SQLAlchemy address for the format sql, such as sqlite:////data/shop.db.", data=True),
    ] = None,
    columns: Annotated[
        tuple[str, ...], Param("Columns", "Keep only these, in this order; empty: all.", widget="columns")
    ] = (),
    limit: Annotated[
        int | None, Param("Row limit", "Keep at most so many rows, the first ones; empty: all.", ge=1)
    ] = None,
    sample: Annotated[float, Param("Sample", "Share of the rows to keep, drawn at random.", gt=0, le=1)] = 1.0,
    seed: Annotated[int, Param("Seed", "For the sample and for generated data.", ge=0, le=4_294_967_295)] = 42,
    generator: Annotated[GeneratorName, Param("Generator", "What the format generated makes.")] = "classification",
    rows: Annotated[int, Param("Generated rows", "For the format generated.", ge=10, le=10_000_000)] = 1000,
    loader: Annotated[
        str | None,
        Param(
            "Own loader",
            "Python source of a function load(path) that returns a pandas DataFrame; used instead of the format.",
            widget="code",
            literal=True,
        ),
    ] = None,
    skip_profile: Annotated[bool, Param("Skip the profile", "Leave the column statistics out of the card.")] = False,
) -> Ingested:
    """Reads a table from files, an address, a database, an uploaded data set or one of scikit-learn's bundled ones.

    The bundled data sets keep their answers in the column `target` (classes by name, such as `setosa`).
    The card shows where the rows came from with the content digest of every file, the columns and the first rows.
    """
    text = TextOptions(delimiter, encoding, decimal, header, na_values, sheet)
    chosen = "sklearn" if format == "auto" and not location.strip() and loader is None else format
    if chosen == "sklearn":
        table = _told(bundled_table(bundled), f"scikit-learn's bundled data set {bundled}")
    elif chosen == "generated":
        table = _told(generated_table(generator, rows, seed), f"{rows:,} generated rows ({generator}, seed {seed})")
    elif chosen == "sql":
        table = _told(_query(sql, connection), "a query")
    else:
        table = _read(location, chosen, text, own_function(loader, "loader") if loader else None)
    table = _chosen(named(table).reset_index(drop=True), columns, limit, sample, seed)
    if table.empty:
        raise ValueError("the data has no rows")
    print(f"{len(table):,} rows, {table.shape[1]} columns")
    log_metric("rows", len(table))
    log_metric("columns", table.shape[1])
    show_table(card(), table, "Data", profile=not skip_profile)
    return Ingested(table)


def _told(table: Any, what: str) -> Any:
    print(f"reading {what}")
    card().markdown(f"From {what}.")
    return table


def _read(location: str, format: str, text: TextOptions, loader: Callable[[str], Any] | None) -> Any:
    tables, lines = [], []
    files = sources(location)
    for number, source in enumerate(files):
        progress(number / len(files), f"reading {source.said}")
        table = _load(source.path, format, text, loader)
        tables.append(table)
        lines.append([source.said, source.path.stat().st_size, len(table), digest(source.path)])
    card().table("Sources", ["location", "bytes", "rows", "content"], lines)
    return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)


def _load(path: Path, format: str, text: TextOptions, loader: Callable[[str], Any] | None) -> Any:
    if loader is None:
        return read_file(path, format_of(path) if format == "auto" else format, text)
    table = loader(str(path))
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"the loader must return a pandas DataFrame, it returned {type(table).__name__}")
    return table


def _query(sql: str | None, connection: str | None) -> Any:
    if not sql or not connection:
        raise ValueError("the format sql needs both a query (sql) and an address (connection)")
    import sqlalchemy

    engine = sqlalchemy.create_engine(connection)
    try:
        with engine.connect() as database:
            return pd.read_sql_query(sqlalchemy.text(sql), database)
    except (sqlalchemy.exc.SQLAlchemyError, pd.errors.DatabaseError) as fault:
        raise ValueError(f"the query failed: {str(fault).splitlines()[0]}") from fault
    finally:
        engine.dispose()


def _chosen(table: Any, columns: tuple[str, ...], limit: int | None, sample: float, seed: int) -> Any:
    if columns:
        need_columns(table, list(columns), "the data")
        table = table[list(columns)]
    if sample < 1:
        table = table.sample(frac=sample, random_state=seed).sort_index()
    return table.head(limit).reset_index(drop=True) if limit else table.reset_index(drop=True)
