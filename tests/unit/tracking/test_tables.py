"""What the tracking worker says of files: digests, formats, pages of tables and their profiles."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from octopus.domain.errors import InvalidRequest, NotFound
from octopus.tracking.worker.digests import digest, size_bytes
from octopus.tracking.worker.formats import UnreadableTable, format_of
from octopus.tracking.worker.inspect import json_cell, preview
from octopus.tracking.worker.profile import BINS, profile

FRAME = pd.DataFrame({"n": range(1000), "text": [f"t{n % 3}" for n in range(1000)]})


@pytest.fixture(params=["parquet", "arrow", "csv"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"data.{request.param}"
    match request.param:
        case "parquet":
            pq.write_table(pa.Table.from_pandas(FRAME), path, row_group_size=100)
        case "arrow":
            pa.feather.write_feather(FRAME, str(path), compression="uncompressed")
        case _:
            FRAME.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(("offset", "limit"), [(0, 3), (95, 10), (100, 100), (997, 10), (1000, 5), (5000, 5), (0, 0)])
def test_a_page_has_the_rows_asked_for(table: Path, offset: int, limit: int) -> None:
    page = preview(table, offset, limit, with_profile=False)
    assert [row[0] for row in page.rows] == list(range(1000))[offset : offset + limit]
    assert (page.total_rows, page.offset) == (1000, offset)
    assert [column["name"] for column in page.columns] == ["n", "text"]
    assert page.profile == ()


def test_a_profile_counts_every_row_wherever_the_page_is(table: Path) -> None:
    n, text = preview(table, 10, 1, with_profile=True).profile
    assert (n["count"], n["missing"], n["distinct"], n["min"], n["max"], n["mean"]) == (1000, 0, 1000, 0, 999, 499.5)
    assert text["top"] == [{"value": "t0", "count": 334}, {"value": "t1", "count": 333}, {"value": "t2", "count": 333}]


def test_a_profile_of_what_is_missing_infinite_constant_or_empty(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"gaps": [1.0, None, math.inf], "same": [2, 2, 2], "yes": [True, False, None], "none": [None, None, None]}
    )
    gaps, same, yes, none = profile(frame)
    assert (gaps["count"], gaps["missing"], gaps["max"]) == (2, 1, 1.0)
    assert same["histogram"] == [{"from": 2.0, "to": 2.0, "count": 3}]
    assert yes["top"] == [{"value": "True", "count": 1}, {"value": "False", "count": 1}]
    assert (none["count"], none["missing"]) == (0, 3)
    numbers = profile(pd.DataFrame({"x": range(100)}))[0]["histogram"]
    assert isinstance(numbers, list)
    assert (len(numbers), sum(bar["count"] for bar in numbers)) == (BINS, 100)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        (math.nan, None),
        (math.inf, "inf"),
        (True, True),
        (2**53, 2**53),
        (2**63, str(2**63)),
        (Decimal("1.10"), "1.10"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00"),
        (b"\x00\xff", "00ff"),
        ([1, math.nan], [1, None]),
        ({"a": [b"\x01"]}, {"a": ["01"]}),
        ("x" * 5000, "x" * 1000),
    ],
)
def test_every_value_has_a_cell_in_json(value: object, cell: object) -> None:
    assert json_cell(value) == cell


def test_what_is_no_table_is_refused_with_a_word(tmp_path: Path) -> None:
    for name in ("data.parquet", "data.arrow", "data.pkl", "data"):
        (tmp_path / name).write_bytes(b"half a file")
        with pytest.raises(InvalidRequest):
            preview(tmp_path / name, 0, 10, with_profile=False)
    (tmp_path / "data.csv").write_bytes(b"")
    with pytest.raises(InvalidRequest):
        preview(tmp_path / "data.csv", 0, 10, with_profile=False)
    with pytest.raises(NotFound):
        preview(tmp_path / "nosuch.csv", 0, 10, with_profile=False)


def test_a_format_is_read_from_the_file_not_guessed(table: Path, tmp_path: Path) -> None:
    form = format_of(table)
    if table.suffix == ".csv":
        assert (form.name, form.rows, form.columns) == ("csv", None, None)
        return
    assert (form.name, form.rows) == (table.suffix.removeprefix("."), 1000)
    assert [name for name, _ in form.columns or ()] == ["n", "text"]
    table.write_bytes(table.read_bytes()[:-10])
    with pytest.raises(UnreadableTable, match="not a readable"):
        format_of(table)


def test_a_folder_is_a_model_if_mlflow_says_so(tmp_path: Path) -> None:
    assert format_of(tmp_path).name == "folder"
    (tmp_path / "MLmodel").touch()
    assert format_of(tmp_path).name == "mlflow-model"


def test_a_digest_is_of_content_and_names_alone(tmp_path: Path) -> None:
    for folder, order in (("one", "ab"), ("two", "ba")):
        (tmp_path / folder / "sub").mkdir(parents=True)
        for name in order:
            (tmp_path / folder / "sub" / name).write_text(f"content of {name}")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert size_bytes(tmp_path / "one") == 2 * len("content of a")
    (tmp_path / "two" / "sub" / "a").rename(tmp_path / "two" / "a")
    assert digest(tmp_path / "one") != digest(tmp_path / "two")
    (tmp_path / "empty").touch()
    assert digest(tmp_path / "empty") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
