"""python: the user's own function, its inputs by format, its value by type, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from octopus.steps.modelling.saved import SavedModel
from tests.steps.conftest import RunStep
from tests.steps.modelling_cases import two_classes
from tests.support.step_processes import StepOutcome

TABLE = pd.DataFrame({"a": [1, 2, 3]})


def run_code(run_step: RunStep, code: str, *paths: Path, **params: Any) -> StepOutcome:
    return run_step("python", {"inputs": json.dumps([str(path) for path in paths])}, code=code, **params)


def value_of(outcome: StepOutcome) -> Any:
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(outcome.ports["output"].read_text())


def test_inputs_arrive_by_their_format_in_the_order_of_the_edges(run_step: RunStep, tmp_path: Path) -> None:
    model = run_step("train", {"train": two_classes(40)}, algorithm="tree").ports["model"]
    table, report, text = tmp_path / "t.parquet", tmp_path / "r.json", tmp_path / "notes.txt"
    TABLE.to_parquet(table)
    report.write_text('{"deep": [1, null]}')
    text.write_text("x")
    code = "def run(*inputs):\n    print(inputs[1]['deep'])\n    return [type(one).__name__ for one in inputs]\n"
    outcome = run_code(run_step, code, table, report, text, model, tmp_path)
    assert value_of(outcome) == ["DataFrame", "dict", "PosixPath", "DecisionTreeClassifier", "PosixPath"]
    assert outcome.stdout.splitlines()[1] == "[1, None]"


def test_without_inputs_it_is_a_source(run_step: RunStep) -> None:
    assert value_of(run_step("python", code="def run():\n    return {'made': 'here'}")) == {"made": "here"}
    assert value_of(run_step("python")) is None


def test_a_table_is_returned_as_a_table(run_step: RunStep, tmp_path: Path) -> None:
    TABLE.to_parquet(tmp_path / "t.parquet")
    code = "def run(table, factor):\n    return table.assign(b=table.a * factor)"
    outcome = run_code(run_step, code, tmp_path / "t.parquet", arguments={"factor": 10})
    assert outcome.ports["output"].name == "output.parquet"
    assert pd.read_parquet(outcome.ports["output"]).b.to_list() == [10, 20, 30]
    assert "Columns" in [block.get("title") for block in outcome.card["blocks"]]
    column = run_code(run_step, "def run(table):\n    return table.a", tmp_path / "t.parquet")
    assert list(pd.read_parquet(column.ports["output"])) == ["a"]


def test_what_it_returns_feeds_the_next_step(run_step: RunStep) -> None:
    code = "import pandas as pd\ndef run():\n    return pd.DataFrame({'x': range(40), 'target': [0, 1] * 20})"
    made = run_step("python", code=code).ports["output"]
    assert run_step("split", {"data": made}, method="random").exit_code == 0


def test_a_fitted_estimator_is_returned_as_an_mlflow_model(run_step: RunStep, tmp_path: Path) -> None:
    two_classes().to_parquet(tmp_path / "t.parquet")
    code = (
        "from sklearn.linear_model import LogisticRegression\n"
        "class Own(LogisticRegression):\n    pass\n"
        "def run(table):\n    return Own().fit(table[['x', 'noise']], table.target)\n"
    )
    outcome = run_code(run_step, code, tmp_path / "t.parquet")
    assert outcome.exit_code == 0, outcome.stderr
    model = outcome.ports["output"]
    assert SavedModel(model).about.features == ("x", "noise")
    inputs = {"model": model, "test": two_classes(60, seed=2)}
    judged = run_step("evaluate", inputs, target="target", feature_importance=False)
    assert judged.exit_code == 0, judged.stderr
    assert judged.metrics["accuracy"] > 0.85
    unfitted = "from sklearn.tree import DecisionTreeClassifier\ndef run():\n    return DecisionTreeClassifier()"
    reason = run_step("python", code=unfitted).last_stderr
    assert reason == "ValueError: the DecisionTreeClassifier is not fitted: call its fit first"


def test_a_path_is_copied_also_from_the_scratch_folder(run_step: RunStep) -> None:
    code = (
        "from pathlib import Path\n"
        "def run():\n    assert not list(Path().iterdir())\n    path = Path('notes.txt')\n    path.write_text('kept')\n"
        "    return path\n"
    )
    before = Path.cwd()
    outcome = run_step("python", code=code)
    assert outcome.exit_code == 0, outcome.stderr
    assert (outcome.ports["output"].name, outcome.ports["output"].read_text()) == ("output.txt", "kept")
    assert Path.cwd() == before
    folder = (
        "from pathlib import Path\ndef run():\n    Path('d').mkdir()\n    Path('d/x').touch()\n    return Path('d')"
    )
    assert [one.name for one in run_step("python", code=folder).ports["output"].iterdir()] == ["x"]


def test_numbers_of_other_libraries_and_nan_become_json(run_step: RunStep) -> None:
    code = "import numpy as np\ndef run():\n    return {'n': np.int64(3), 'x': np.float64(0.5), 'nan': float('nan')}"
    assert value_of(run_step("python", code=code)) == {"n": 3, "x": 0.5, "nan": None}


@pytest.mark.parametrize("value", ["{1, 2}", "b'x'", "object()", "run", "open", "__import__('numpy').zeros(3)"])
def test_what_cannot_be_handed_on_is_named(run_step: RunStep, value: str) -> None:
    outcome = run_step("python", code=f"def run():\n    return {value}")
    assert outcome.exit_code == 1
    assert "cannot be handed on as output: return a DataFrame, JSON values" in outcome.last_stderr


def test_the_traceback_shows_the_users_line(run_step: RunStep) -> None:
    code = "def helper(x):\n    return x / 0  # here\n\ndef run():\n    return helper(1)\n"
    outcome = run_step("python", code=code)
    assert outcome.exit_code == 1
    assert 'File "<code>", line 2, in helper' in outcome.stderr
    assert "return x / 0  # here" in outcome.stderr
    assert outcome.last_stderr == "ZeroDivisionError: division by zero"
    assert "line 2, in helper" in outcome.card["blocks"][1]["text"]


def test_the_code_can_lie_in_a_file(run_step: RunStep, tmp_path: Path) -> None:
    source = tmp_path / "own.py"
    source.write_text("def run():\n    return 1\n\ndef after():\n    return 2\n")
    assert value_of(run_step("python", file=str(source))) == 1
    reason = run_step("python", file=str(tmp_path / "gone.py")).last_stderr
    assert reason == f"FileNotFoundError: there is no file '{tmp_path}/gone.py'"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def other():\n    return 1", "code defines no function run"),
        ("def run(:\n", "code is not valid Python: "),
        ("def run(one):\n    return one", "run has no value for its parameter 'one'"),
        ("", "code defines no function run"),
    ],
)
def test_code_that_cannot_run_says_why(run_step: RunStep, code: str, said: str) -> None:
    assert said in run_step("python", code=code).last_stderr


def test_it_reports_like_any_step(run_step: RunStep) -> None:
    code = (
        "from octopus.steps import card, log_metric, progress\n"
        "def run():\n    progress(0.5, 'half')\n    log_metric('answer', 42)\n    card().markdown('**own**')\n"
    )
    outcome = run_step("python", code=code)
    assert outcome.metrics == {"answer": 42}
    assert outcome.card["blocks"][0]["text"] == "**own**"
    assert "half" in outcome.stdout


def test_its_exit_code_is_the_steps(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "octopus.steps", "python", "--code=import sys\ndef run():\n    sys.exit(7)"]
    env = {**os.environ, "OCTOPUS_OUTPUTS": str(tmp_path)}
    assert subprocess.run(command, env=env, capture_output=True, check=False).returncode == 7


def test_a_function_without_tables_does_not_wait_for_pandas() -> None:
    code = "import sys, octopus.steps.library.python; print({'pandas', 'sklearn', 'mlflow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


NAMED = """
from typing import NamedTuple
import pandas as pd

class Parts(NamedTuple):
    small: pd.DataFrame
    pass_: "pd.DataFrame | None"
    report: dict

def run(table: pd.DataFrame, *others, extra=None, limit: int = 1, **more) -> Parts:
    print([type(one).__name__ for one in others], extra, sorted(more))
    small = table.head(limit)
    return Parts(small, small if limit > 1 else None, {"rows": len(small)})
"""


def test_each_port_is_a_parameter_and_each_field_a_port(run_step: RunStep, tmp_path: Path) -> None:
    TABLE.to_parquet(tmp_path / "t.parquet")
    (tmp_path / "r.json").write_text("[1]")
    inputs = {"table": tmp_path / "t.parquet", "others": json.dumps([str(tmp_path / "r.json")])}
    outcome = run_step("python", inputs, code=NAMED, arguments={"limit": 2, "why": "test"})
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stdout.splitlines()[:2] == [
        "run(table=DataFrame, others=list, limit=..., why=...)",
        "['list'] None ['why']",
    ]
    assert {name: path.name for name, path in outcome.ports.items()} == {
        "small": "small.parquet",
        "pass": "pass.parquet",
        "report": "report.json",
    }
    assert pd.read_parquet(outcome.ports["small"]).a.to_list() == [1, 2]
    assert "Returned at `report`" in outcome.card["blocks"][-1]["text"]


def test_a_field_that_is_none_is_a_branch_not_taken(run_step: RunStep, tmp_path: Path) -> None:
    TABLE.to_parquet(tmp_path / "t.parquet")
    outcome = run_step("python", {"table": tmp_path / "t.parquet"}, code=NAMED)
    assert sorted(outcome.ports) == ["report", "small"]


def test_a_parameter_annotated_as_a_path_gets_the_file_itself(run_step: RunStep, tmp_path: Path) -> None:
    TABLE.to_parquet(tmp_path / "t.parquet")
    code = "from pathlib import Path\ndef run(table: Path):\n    return table.suffix"
    assert value_of(run_step("python", {"table": tmp_path / "t.parquet"}, code=code)) == ".parquet"


def test_a_list_of_tables_is_one_port(run_step: RunStep, tmp_path: Path) -> None:
    TABLE.to_parquet(tmp_path / "t.parquet")
    code = "import pandas as pd\ndef run(inputs: list[pd.DataFrame]):\n    return len(pd.concat(inputs))"
    inputs = {"inputs": json.dumps([str(tmp_path / "t.parquet")] * 2)}
    assert value_of(run_step("python", inputs, code=code)) == 6


@pytest.mark.parametrize("value", ["{}", "(1,)", "'abc'", "None"])
def test_what_is_not_what_the_annotation_promises_is_refused(run_step: RunStep, value: str) -> None:
    two = "from typing import NamedTuple\nclass Two(NamedTuple):\n    a: int\n    b: int\n"
    code = f"{two}def run() -> Two:\n    return {value}"
    assert run_step("python", code=code).last_stderr.endswith(", not a Two")


def test_an_argument_that_the_function_does_not_have_is_refused(run_step: RunStep) -> None:
    outcome = run_step("python", code="def run():\n    return 1", arguments={"limit": 1})
    assert "unexpected keyword argument 'limit'" in outcome.last_stderr
