"""The catalog: built-in step types with the code behind them, found by id or by what looks like it."""

import subprocess
import sys
from pathlib import Path

from octopus.catalog.catalog import Catalog, built_in_catalog, steps_folder
from octopus.compiler.schema import data_parameters

CATALOG = built_in_catalog()


def test_the_built_in_steps_are_there_in_the_order_of_the_palette() -> None:
    ids = [entry.step_type.id for entry in CATALOG.all()]
    assert ids == [
        *("ingest", "clean", "split", "transform", "train", "validate", "evaluate"),
        *("condition", "retrain", "register", "python"),
    ]


def test_every_entry_point_is_named_like_its_step_in_a_folder_with_an_mlproject() -> None:
    for entry in CATALOG.all():
        assert entry.entry_point.name == entry.step_type.id
        assert (Path(entry.entry_point.project_dir) / "MLproject").is_file()
    assert steps_folder().is_absolute()


def test_unknown_ids_are_answered_with_none_and_the_nearest_names() -> None:
    assert CATALOG.get("nope") is None
    assert CATALOG.nearest("trian")[0] == "train"
    assert CATALOG.nearest("Evaluate")[0] == "evaluate"
    assert CATALOG.nearest("zzz") == ()
    assert Catalog(()).nearest("train") == ()


def test_decisions_branch_and_only_register_reaches_outside() -> None:
    branching = [one.step_type.id for one in CATALOG.all() if any(port.branch for port in one.step_type.outputs)]
    assert branching == ["evaluate", "condition", "retrain"]
    assert [one.step_type.id for one in CATALOG.all() if not one.step_type.pure] == ["register"]


def test_branch_ports_have_the_type_of_the_input_they_hand_on() -> None:
    for entry in CATALOG.all():
        types = {port.name: port.type for port in entry.step_type.inputs}
        for port in entry.step_type.outputs:
            assert port.passes is None or (port.branch and types[port.passes] == port.type)


def test_parameters_that_name_data_outside_of_the_pipeline_say_so() -> None:
    marked = {entry.step_type.id: data_parameters(entry.step_type) for entry in CATALOG.all()}
    assert {step: names for step, names in marked.items() if names} == {
        "ingest": ("location", "sql", "connection"),
        "python": ("file",),
    }


def test_no_parameter_has_the_name_of_a_port() -> None:
    for entry in CATALOG.all():
        parameters = entry.step_type.params_schema["properties"]
        assert isinstance(parameters, dict)
        assert not {port.name for port in entry.step_type.inputs} & set(parameters)


def test_reading_the_catalog_imports_no_step() -> None:
    code = (
        "import sys; from octopus.catalog.catalog import built_in_catalog; built_in_catalog();"
        "print([m for m in sys.modules if m.startswith('octopus.steps') or m in ('pandas', 'mlflow', 'sklearn')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
