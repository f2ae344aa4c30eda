"""Which file in OCTOPUS_OUTPUTS belongs to which port, and what the tracking worker refuses."""

import math
from pathlib import Path

import pytest

from octopus.domain.tracking import OutputSpec
from octopus.tracking.worker.outputs import Fault, extra_metrics, is_text, written

PORTS = [OutputSpec(name="data", branch=False), OutputSpec(name="model", branch=False)]


def names(folder: Path) -> dict[str, str]:
    return {port: path.name for port, path in written(folder, PORTS).ports.items()}


def test_a_port_is_the_name_up_to_the_first_dot(tmp_path: Path) -> None:
    (tmp_path / "data.tar.gz").touch()
    (tmp_path / "model").mkdir()
    assert names(tmp_path) == {"data": "data.tar.gz", "model": "model"}


def test_other_names_and_names_with_an_underscore_are_no_ports(tmp_path: Path) -> None:
    for name in ("_data.csv", "_card.json", "dataset.csv", ".data", "Data.csv"):
        (tmp_path / name).touch()
    found = written(tmp_path, [*PORTS, OutputSpec(name="_data", branch=False)])
    assert found.ports == {}
    assert {path.name for path in found.others} == {"_data.csv", "_card.json", "dataset.csv", ".data", "Data.csv"}


def test_two_values_for_one_port_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "data.csv").touch()
    (tmp_path / "data").mkdir()
    with pytest.raises(Fault, match=r"data was written twice: data and data\.csv"):
        written(tmp_path, PORTS)


def test_a_link_is_no_value(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to("/etc/passwd")
    with pytest.raises(Fault, match="symbolic link"):
        written(tmp_path, PORTS)


def test_a_name_that_is_no_utf_8_is_refused_and_shown_in_ascii(tmp_path: Path) -> None:
    (tmp_path / "data.\udcff").touch()
    (tmp_path / "beside.\udcff").touch()
    with pytest.raises(Fault, match=r"output 'data\.\\udcff' is no UTF-8") as raised:
        written(tmp_path, PORTS)
    assert str(raised.value).isascii()
    assert [is_text(name) for name in ("data.csv", "dätä 🐙", "beside.\udcff")] == [True, True, False]


def test_without_a_folder_nothing_was_written(tmp_path: Path) -> None:
    assert written(tmp_path / "nosuch", PORTS).ports == {}
    assert extra_metrics(tmp_path / "nosuch") == {}


def test_metrics_are_flat_numbers_and_the_texts_for_what_json_has_no_numbers_for(tmp_path: Path) -> None:
    (tmp_path / "_metrics.json").write_text('{"a": 1, "b": 0.5, "c": "Infinity", "d": "-Infinity", "e": "NaN"}')
    metrics = extra_metrics(tmp_path)
    assert {name: metrics[name] for name in "abcd"} == {"a": 1.0, "b": 0.5, "c": math.inf, "d": -math.inf}
    assert math.isnan(metrics["e"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "not readable JSON"),
        ("[1]", "one JSON object"),
        ('{"a": {"b": 1}}', 'a is {"b": 1}'),
        ('{"a": true}', "a is true"),
        ('{"a": "high"}', 'a is "high"'),
        ('{"a": null}', "a is null"),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "_metrics.json").write_text(text)
    with pytest.raises(Fault) as refused:
        extra_metrics(tmp_path)
    assert fault in str(refused.value)
