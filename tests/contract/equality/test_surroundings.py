"""What a program finds when it starts, in every shape of command: a new process, whoever made it."""

import json
from pathlib import Path

import pytest

from tests.support.contract_cases import HOSTILE
from tests.support.equality import OWN_VARIABLES, Case, Laboratory, Observe, Way, hostile_params

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow, pytest.mark.timeout(600)]

DATA = str(Path(__file__).parent / "project" / "MLproject")
LOOK = Case("look", {"share": 1e-05, "count": -3, "data": DATA, "address": Path(DATA).as_uri(), **hostile_params()})
MODULE = Case("module", {"word": "it's"})
CHAIN = Case("chain", {"word": "$(touch CANARY)"})
CASES = [LOOK, MODULE, CHAIN]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_a_warm_attempt_shows_what_a_cold_one_shows(laboratory: Laboratory, case: Case) -> None:
    assert await laboratory.differences(case) == []


async def test_every_parameter_arrives_byte_by_byte_and_runs_nowhere(observe: Observe) -> None:
    seen = await observe(LOOK)
    own = ["--share=1e-05", "--count=-3", f"--data={DATA}", f"--address=file://{DATA}"]
    hostile = [f"--p{number}={value}" for number, value in enumerate(HOSTILE)]
    told = seen.told("seen.json")["interpreter"]
    assert told["argv"] == ["look.py", *own, *hostile]
    assert told["orig_argv"] == ["python", *told["argv"]]
    assert seen.of("stdout") == [str(told["argv"][1:])]
    assert [name for name in seen.beside if "CANARY" in name] == []


async def test_a_program_is_the_main_module_of_a_process_of_its_own(observe: Observe) -> None:
    seen = (await observe(LOOK)).told("seen.json")
    assert seen["main"]["name"] == "__main__"
    assert seen["main"]["file"] == "<attempt>/project/look.py"
    assert seen["interpreter"]["path"][0] == seen["process"]["cwd"] == "<attempt>/project"
    assert seen["process"]["threads"][1:] == [1, "MainThread"]
    assert seen["process"]["children"] == []
    assert sorted(seen["files"]["open"]) == ["0", "1", "2"]
    assert seen["stdin"] == ["", ""]
    assert seen["libraries"]["time"][0] == ["+1245", "+1345"]


async def test_a_step_sees_the_environment_that_it_was_given_and_no_more(observe: Observe) -> None:
    seen = await observe(LOOK)
    told = seen.told("seen.json")["environment"]
    variables = told["variables"]
    assert {name: variables[name] for name in ("ODD", "EMPTY", "TZ")} == {
        name: OWN_VARIABLES[name] for name in ("ODD", "EMPTY", "TZ")
    }
    assert (variables["MLFLOW_RUN_ID"], variables["OCTOPUS_STEP_ID"]) == ("<run>", "look")
    assert (variables["PWD"], variables["TMPDIR"]) == ("<attempt>/project", "<temporary>")
    assert told["a child's are the same"]
    assert "BASH_ENV" not in variables


async def test_a_warm_program_is_started_by_no_shell(observe: Observe, backend: Way) -> None:
    """Otherwise these tests would hold cold attempts beside cold ones."""
    starter = {"cold": "bash", "warm": "mlflow"}[backend]
    for case, seen in (
        (LOOK, (await observe(LOOK)).told("seen.json")),
        (MODULE, (await observe(MODULE)).told()["seen"]),
    ):
        assert (case.id, seen["process"]["parent"]) == (case.id, starter)


async def test_chance_is_another_in_every_attempt(observe: Observe) -> None:
    first, second = [json.loads((await observe(case)).outputs["drawn.json"]) for case in (LOOK, MODULE)]
    assert [name for name in first if first[name] == second[name]] == []


async def test_a_module_is_started_as_one(observe: Observe) -> None:
    seen = await observe(MODULE)
    told = seen.told()
    assert told["main"]["spec"][0] == "parts.crowd"
    assert told["seen"]["interpreter"]["argv"] == ["<attempt>/project/parts/crowd.py", "it's", "", "two words"]
    assert told["seen"]["interpreter"]["orig_argv"] == ["python", "-m", "parts.crowd", "it's", "", "two words"]


async def test_work_can_be_given_to_processes_and_threads_of_every_kind(observe: Observe) -> None:
    seen = await observe(MODULE)
    told = seen.told()
    squares = [number**2 for number in range(8)]
    ways = ("threads", "forked pool", "loky", "joblib threads", "joblib processes")
    assert {way: told[way] for way in ways} == dict.fromkeys(ways, squares)
    starts = ("spawn", "fork", "forkserver")
    assert {start: told[start] for start in starts} == {start: [f"by {start}", 0, [2, 1]] for start in starts}
    assert told["spawned pool"] == [[2, 1], [4, 3]]
    assert (told["before"], told["bare"], told["program"], told["jobs"]) == (9, [9], "42\n", 2)
    assert (seen.exit.exit_code, seen.left) == (0, ())


async def test_what_only_a_shell_understands_is_left_to_the_shell(observe: Observe) -> None:
    seen = await observe(CHAIN)
    assert (seen.exit.exit_code, seen.exit.last_stderr) == (4, "in <attempt>/project, 5 shells deep")
    word = "$(touch CANARY)"
    greeting = f"hello <run> ['{word}'] ['python', 'greet.py', '{word}'] <attempt>/project"
    assert seen.of("stdout") == [greeting, f"['-c', '{word}']", f"last.sh (1): {word}"]
    assert [name for name in seen.beside if "CANARY" in name] == []
