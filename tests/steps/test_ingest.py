"""ingest: every format and option, and what it says when the data cannot be read."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.steps.conftest import RunStep
from tests.support.step_processes import StepOutcome

PLAIN = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})


def table_of(outcome: StepOutcome) -> Any:
    assert outcome.exit_code == 0, outcome.stderr
    return pd.read_parquet(outcome.ports["data"])


def test_without_a_location_it_reads_the_bundled_data_set(run_step: RunStep) -> None:
    table = table_of(run_step("ingest", bundled="breast_cancer"))
    assert table.shape == (569, 31)
    assert dict(table["target"].value_counts()) == {"benign": 357, "malignant": 212}


@pytest.mark.parametrize(
    ("name", "shape"), [("iris", (150, 5)), ("wine", (178, 14)), ("digits", (1797, 65)), ("diabetes", (442, 11))]
)
def test_every_bundled_data_set_has_a_target(run_step: RunStep, name: str, shape: tuple[int, int]) -> None:
    table = table_of(run_step("ingest", format="sklearn", bundled=name))
    assert table.shape == shape
    assert "target" in table.columns


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("t.csv", lambda path: PLAIN.to_csv(path, index=False)),
        ("t.tsv", lambda path: PLAIN.to_csv(path, index=False, sep="\t")),
        ("t.csv.gz", lambda path: PLAIN.to_csv(path, index=False)),
        ("t.parquet", lambda path: PLAIN.to_parquet(path, index=False)),
        ("t.json", lambda path: PLAIN.to_json(path, orient="records")),
        ("t.jsonl", lambda path: PLAIN.to_json(path, orient="records", lines=True)),
        ("t.arrow", lambda path: PLAIN.to_feather(path)),
        ("t.xlsx", lambda path: PLAIN.to_excel(path, index=False)),
    ],
)
def test_every_file_format_is_known_by_its_ending(run_step: RunStep, tmp_path: Path, name: str, write: Any) -> None:
    write(tmp_path / name)
    table = table_of(run_step("ingest", location=str(tmp_path / name)))
    assert table.to_dict("list") == PLAIN.to_dict("list")


def test_csv_options(run_step: RunStep, tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("Größe;Wert\n1,5;n/v\n2,5;ä\n".encode("latin-1"))
    table = table_of(run_step("ingest", location=str(path), encoding="latin-1", decimal=",", na_values=["n/v"]))
    assert list(table.columns) == ["Größe", "Wert"]
    assert table["Größe"].tolist() == [1.5, 2.5]
    assert table["Wert"].isna().tolist() == [True, False]
    unnamed = table_of(run_step("ingest", location=str(path), encoding="latin-1", header=False, delimiter=";"))
    assert list(unnamed.columns) == ["0", "1"]
    assert len(unnamed) == 3


def test_a_sheet_is_chosen_by_name(run_step: RunStep, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with pd.ExcelWriter(path) as book:
        PLAIN.to_excel(book, sheet_name="one", index=False)
        PLAIN.head(1).to_excel(book, sheet_name="two", index=False)
    assert len(table_of(run_step("ingest", location=str(path), sheet="two"))) == 1
    assert "Worksheet named 'nope' not found" in run_step("ingest", location=str(path), sheet="nope").last_stderr


def test_patterns_folders_and_lists_are_put_one_below_the_other(run_step: RunStep, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number in (2, 1):
        pd.DataFrame({"n": [number]}).to_csv(folder / f"part{number}.csv", index=False)
    for location in (f"{folder}/*.csv", str(folder), f"{folder}/part1.csv\n\n{folder}/part2.csv\n"):
        outcome = run_step("ingest", location=location)
        assert table_of(outcome)["n"].tolist() == [1, 2]
    sources = next(block for block in outcome.card["blocks"] if block.get("title") == "Sources")
    assert [row[2] for row in sources["rows"]] == [1, 1]
    assert all(row[3].startswith("sha256:") for row in sources["rows"])


def test_an_uploaded_data_set_is_found_by_name(
    run_step: RunStep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "datasets"
    folder.mkdir()
    PLAIN.to_csv(folder / "mine.csv", index=False)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    assert "OCTOPUS_DATASETS_DIR is not set" in run_step("ingest", location="dataset:mine.csv").last_stderr
    monkeypatch.setenv("OCTOPUS_DATASETS_DIR", str(folder))
    assert len(table_of(run_step("ingest", location="dataset:mine.csv"))) == 3
    for outside in ("nope.csv", "../secret.csv", "", "."):
        reason = run_step("ingest", location=f"dataset:{outside}").last_stderr
        assert reason == f"FileNotFoundError: there is no uploaded data set {outside!r}; there are: mine.csv"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    PLAIN.to_csv(tmp_path / "t.csv", index=False)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: _Quiet(*args, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_on_the_web_is_downloaded(run_step: RunStep, web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert len(table_of(run_step("ingest", location=f"{web}/t.csv?x=1"))) == 3
    reason = run_step("ingest", location=f"{web}/none.csv").last_stderr
    assert reason == f"ValueError: {web}/none.csv cannot be downloaded: File not found"


def test_a_query_reads_from_a_database(run_step: RunStep, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table t (a int)")
        database.executemany("insert into t values (?)", [(1,), (2,)])
    database.close()
    connection = f"sqlite:///{tmp_path}/shop.db"
    table = table_of(run_step("ingest", format="sql", sql="select a from t where a > 1", connection=connection))
    assert table["a"].tolist() == [2]
    wrong = run_step("ingest", format="sql", sql="select nope from t", connection=connection)
    assert wrong.last_stderr.startswith("ValueError: the query failed")
    assert wrong.last_stderr.endswith("no such column: nope")
    assert "needs both a query" in run_step("ingest", format="sql").last_stderr


def test_columns_sample_and_limit_choose_from_the_table(run_step: RunStep, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    pd.DataFrame({"a": range(100), "b": 0, "c": 1}).to_csv(path, index=False)
    assert list(table_of(run_step("ingest", location=str(path), columns=["c", "a"])).columns) == ["c", "a"]
    assert table_of(run_step("ingest", location=str(path), limit=7))["a"].tolist() == list(range(7))
    first = table_of(run_step("ingest", location=str(path), sample=0.2, seed=1))
    again = table_of(run_step("ingest", location=str(path), sample=0.2, seed=1))
    other = table_of(run_step("ingest", location=str(path), sample=0.2, seed=2))
    assert len(first) == 20
    assert first.equals(again)
    assert not first.equals(other)
    reason = run_step("ingest", location=str(path), columns=["nope"]).last_stderr
    assert reason == "ValueError: column 'nope' is not in the data; columns are a, b, c"


@pytest.mark.parametrize(("kind", "classes"), [("classification", 2), ("regression", 50), ("blobs", 3)])
def test_generated_data_follows_from_its_seed(run_step: RunStep, kind: str, classes: int) -> None:
    first = table_of(run_step("ingest", format="generated", generator=kind, rows=50, seed=3))
    assert first.equals(table_of(run_step("ingest", format="generated", generator=kind, rows=50, seed=3)))
    assert len(first) == 50
    assert first["target"].nunique() == classes


def test_an_own_loader_reads_what_octopus_does_not_know(run_step: RunStep, tmp_path: Path) -> None:
    path = tmp_path / "odd.xyz"
    path.write_text("1 2 3")
    code = "import pandas as pd\ndef load(path):\n    return pd.DataFrame({'n': open(path).read().split()})\n"
    assert table_of(run_step("ingest", location=str(path), loader=code.replace("open(path).read()", "'1 2 3'")))[
        "n"
    ].tolist() == ["1", "2", "3"]
    assert (
        "must return a pandas DataFrame"
        in run_step("ingest", location=str(path), loader="def load(p):\n return 1").last_stderr
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "t.csv is empty"),
        ("t.csv", b"a,b\n", "the data has no rows"),
        ("t.csv", b"a,b\n\xff\xfe,1\n", "t.csv is not utf-8 text"),
        ("t.json", b"{broken", "t.json cannot be read as json"),
        ("t.parquet", b"not parquet", "t.parquet cannot be read as parquet"),
        ("t.xyz", b"1", "the format of 't.xyz' is not known from its ending"),
        ("t.csv", b"a,b\n1,2,3,4\n1\n2,3,4,5,6,7\n", "t.csv cannot be read as csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    run_step: RunStep, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    outcome = run_step("ingest", location=str(tmp_path / name))
    assert outcome.exit_code == 1
    assert said in outcome.last_stderr


def test_an_unknown_encoding_is_named(run_step: RunStep, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    assert (
        "unknown encoding: klingon" in run_step("ingest", location=f"{tmp_path}/t.csv", encoding="klingon").last_stderr
    )


def test_a_location_without_a_file_is_named(run_step: RunStep) -> None:
    assert run_step("ingest", location="/nope/*.csv").last_stderr == "FileNotFoundError: there is no file '/nope/*.csv'"
    assert "no location is given" in run_step("ingest", format="csv").last_stderr


def test_the_card_shows_columns_and_first_rows(run_step: RunStep, tmp_path: Path) -> None:
    PLAIN.to_csv(tmp_path / "t.csv", index=False)
    blocks = run_step("ingest", location=f"{tmp_path}/t.csv").card["blocks"]
    columns = next(block for block in blocks if block.get("title") == "Columns")
    assert columns["rows"] == [["a", "int64", 0, 3, 1, 2, 3, None], ["b", "str", 0, 3, None, None, None, "x"]]
    preview = next(block for block in blocks if block.get("title") == "First rows")
    assert preview["rows"] == [[1, "x"], [2, "y"], [3, "z"]]
    short = run_step("ingest", location=f"{tmp_path}/t.csv", skip_profile=True).card["blocks"]
    assert next(block for block in short if block.get("title") == "Columns")["columns"] == ["column", "type"]
