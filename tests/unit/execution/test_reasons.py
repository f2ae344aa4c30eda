"""Why a step did not succeed, in the words a person reads."""

import pytest

from octopus.execution.backends.protocol import Exit
from octopus.execution.log.last_words import TELLING_LINES, LastWords
from octopus.execution.reasons import failure_reason
from octopus.execution.supervisor.own_code import as_exit_code

RUN_FAILED = "2026/11/22 19:18:47 ERROR mlflow.cli: === Run (ID '43c8a112691548ea8e173c31ab5853d6') failed ==="
NO_ENTRY_POINT = "2026/11/22 19:19:10 ERROR mlflow.cli: === Could not find nosuch among entry points ['fail'] ==="


def heard(*lines: str) -> LastWords:
    words = LastWords()
    for line in lines:
        words.hear(line)
    return words


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (Exit(3, last_stderr="no such column"), "exit code 3: no such column"),
        (Exit(None, lost=True, reason="the machine was started anew"), "the machine was started anew"),
        (Exit(3), "exit code 3"),
        (
            Exit(127, last_stderr="bash: line 1: nosuch: command not found"),
            "exit code 127: bash: line 1: nosuch: command not found",
        ),
        (Exit(-9), "exit code -9 (killed by SIGKILL)"),
        (Exit(-11, last_stderr="loading"), "exit code -11 (killed by SIGSEGV): loading"),
        (Exit(None, lost=True, launcher_code=-9), "mlflow run killed by SIGKILL, so the step was stopped"),
        (
            Exit(None, launcher_code=1, launcher_words="Could not find nosuch"),
            "mlflow run could not run the step: Could not find nosuch",
        ),
        (Exit(None, launcher_code=1), "mlflow run could not run the step"),
    ],
)
def test_the_reason_of_every_kind_of_end(end: Exit, reason: str) -> None:
    assert failure_reason(end) == reason


def test_what_mlflow_run_says_around_the_step_is_not_the_steps_last_word() -> None:
    words = heard("ValueError: bad target", RUN_FAILED, "", "   ")
    assert words.of_step == "ValueError: bad target"


def test_a_line_of_the_step_that_looks_like_a_log_line_is_the_steps() -> None:
    line = "2026/11/22 19:18:47 WARNING mlflow.models.model: Saving scikit-learn models in pickle format"
    assert heard(line, RUN_FAILED).of_step == line


def test_mlflow_runs_own_message_tells_why_it_did_not_get_as_far_as_the_step() -> None:
    assert heard(NO_ENTRY_POINT).of_launcher == "Could not find nosuch among entry points ['fail']"
    assert heard(NO_ENTRY_POINT).of_step is None


def test_an_exception_in_mlflow_run_is_told_with_its_message() -> None:
    words = heard(
        "Traceback (most recent call last):",
        '  File "/venv/bin/mlflow", line 10, in <module>',
        "    sys.exit(cli())",
        "yaml.parser.ParserError: while parsing a flow node",
        "expected the node content, but found '<stream end>'",
        '  in "/p/MLproject", line 4, column 1',
    )
    assert words.of_launcher == (
        "yaml.parser.ParserError: while parsing a flow node expected the node content, but found '<stream end>' "
        'in "/p/MLproject", line 4, column 1'
    )


def test_an_exceptions_message_is_cut_to_what_fits_a_card() -> None:
    words = heard("ValueError: many lines", *(f"line {n}" for n in range(100)))
    assert words.of_launcher == " ".join(["ValueError: many lines", *(f"line {n}" for n in range(TELLING_LINES - 1))])
    assert len(heard("x" * 10_000).of_step or "") == 500


@pytest.mark.parametrize(("shell", "code"), [(0, 0), (3, 3), (137, -9), (139, -11), (130, -2), (200, 200), (255, 255)])
def test_a_shells_code_above_128_is_the_signal_if_there_is_such_a_signal(shell: int, code: int) -> None:
    assert as_exit_code(shell) == code
