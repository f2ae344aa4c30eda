"""Exit -> the reason a person reads on the card of a step that did not succeed."""

import signal

from octopus.execution.backends.protocol import Exit


def failure_reason(end: Exit) -> str:
    """`exit code 3: <the step's last line on stderr>`, or why `mlflow run` did not get as far as the step."""
    if end.reason is not None:
        return end.reason
    if end.exit_code is not None:
        return _with(_code_words(end.exit_code), end.last_stderr)
    if end.lost:
        return f"mlflow run {_ended_by(end.launcher_code)}, so the step was stopped"
    return _with("mlflow run could not run the step", end.launcher_words)


def _code_words(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"exit code {code} ({_ended_by(code)})"


def _ended_by(code: int | None) -> str:
    if code is None or code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def _with(words: str, detail: str | None) -> str:
    return f"{words}: {detail}" if detail else words
