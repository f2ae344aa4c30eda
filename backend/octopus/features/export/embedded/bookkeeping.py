"""The bookkeeping of a shell script: it asks what comes next and runs the `mlflow run` commands itself.

One line per question, one line per answer. Every id is made of letters, digits and `_`.
"""

import contextlib
import itertools
import shlex
import signal
import sys
from pathlib import Path
from typing import TextIO

from octopus.features.export.embedded.attempt import NOT_INHERITED, Attempt
from octopus.features.export.embedded.deciding import filled, metrics_of
from octopus.features.export.embedded.model import Loop, Outcome, Step
from octopus.features.export.embedded.naming import shell_names
from octopus.features.export.embedded.pipeline import Pipeline
from octopus.features.export.embedded.surroundings import bin_directory, cores
from octopus.features.export.embedded.tracking import log_params
from octopus.features.export.embedded.whole_run import opened

TIMED_OUT = (124, 137)
"""Exit codes of `timeout`."""


class Bookkeeper:
    """`attempt`: the one under way."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.attempt: Attempt | None = None
        self.limit_s: float | None = None

    def serve(self, questions: TextIO, answers: TextIO) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for line in questions:
            question, *words = line.split()
            answers.write(f"{getattr(self, question)(*words)}\n")
            answers.flush()

    def begin(self, step_id: str) -> str:
        """Whether the step runs: `run` or `skip`."""
        outcome = self.pipeline.begin_step(step_id)
        if outcome is None:
            return "run"
        self.pipeline.end_step(step_id, outcome)
        return "skip"

    def prepare(self, step_id: str, number: str) -> str:
        """Make the next attempt ready: its folder, where `attempt.sh` sets its variables."""
        self.attempt = self.pipeline.attempt(step_id, int(number), bin_directory(), cores())
        self.attempt.begin()
        self.limit_s = self.pipeline.limit_of(self.attempt.step)
        (self.attempt.folder / "attempt.sh").write_text("\n".join(self._variables(self.attempt)) + "\n", "utf-8")
        return str(self.attempt.folder)

    def finish(self, step_id: str, number: str, code: str) -> str:
        """`done`, or the seconds until the next attempt."""
        if self.attempt is None:
            raise RuntimeError("no attempt is under way")
        log_params(self.attempt.client, self.attempt.mlflow_run_id, parameters_of_command(self.attempt))
        timed_out = self.limit_s is not None and int(code) in TIMED_OUT
        ended: Outcome = self.attempt.finish(None if timed_out else int(code), self.limit_s)
        self.attempt = None
        delay_s = self.pipeline.back_off(self.pipeline.steps[step_id], int(number), ended)
        if delay_s is not None:
            return f"{delay_s:.3f}"
        self.pipeline.end_step(step_id, ended)
        return "done"

    def again(self) -> str:
        """The steps that loops repeat."""
        return " ".join(self.pipeline.again())

    def close(self) -> str:
        """The exit code of the script."""
        return str(self.pipeline.close())

    def cancel(self) -> str:
        if self.attempt is not None:
            self.attempt.close("KILLED")
        self.pipeline.client.set_terminated(self.pipeline.run.mlflow_run_id, "KILLED")
        print("The run was cancelled.", flush=True)
        return "cancelled"

    def _variables(self, attempt: Attempt) -> list[str]:
        """Lines of shell. Parameters with metrics in them are the only ones that the script does not spell out."""
        texts = filled(attempt.step, metrics_of(self.pipeline.outcomes))
        variables = {
            "EXPERIMENT_ID": attempt.run.experiment_id,
            "RUN_ID": attempt.mlflow_run_id,
            "STORAGE": str(attempt.folder / "storage"),
            "LIMIT_S": "" if self.limit_s is None else f"{max(self.limit_s, 0.001):.3f}",
            **{f"INPUT_{name}": text for name, text in attempt.input_texts().items()},
            **{variable: texts[name] for name, variable in shell_names("PARAM_", texts).items()},
        }
        exported = [f"export {name}={shlex.quote(value)}" for name, value in attempt.own_environment().items()]
        own = [f"{name}={shlex.quote(value)}" for name, value in variables.items()]
        return [f"unset {' '.join(NOT_INHERITED)}", *exported, *own]


def parameters_of_command(attempt: Attempt) -> dict[str, str]:
    """The parameters in the command line that the script wrote down, NUL after each argument."""
    file = attempt.folder / "command"
    words = file.read_bytes().decode("utf-8", "surrogateescape").split("\0") if file.exists() else []
    pairs = (word.partition("=") for option, word in itertools.pairwise(words) if option == "-P")
    inputs = {port.name for port in attempt.step.inputs}
    return {name: text for name, _, text in pairs if name not in inputs}


def keep_books(
    name: str, experiment: str, parameters: dict[str, str], steps: list[Step], loops: list[Loop], limit_s: float | None
) -> None:
    """Arguments: a folder for everything, with the two pipes in it; then `<project>=<folder>` of each project."""
    folder = Path(sys.argv[1])
    projects: dict[str, Path | None] = {
        project: Path(place) for project, _, place in (word.partition("=") for word in sys.argv[2:])
    }
    answers = (folder / "answers").open("w", encoding="utf-8")
    with contextlib.suppress(BrokenPipeError), answers, (folder / "questions").open(encoding="utf-8") as questions:
        pipeline = opened(name, experiment, parameters, steps, loops, projects, folder)
        pipeline.limit_s = limit_s
        Bookkeeper(pipeline).serve(questions, answers)
