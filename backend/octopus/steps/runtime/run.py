"""One attempt of one step: texts of the command line in, files in OCTOPUS_OUTPUTS and an exit code out.

Exit codes: 0 the step succeeded, 1 it failed, 2 it was called wrongly. The last line on stderr is the reason.
"""

import json
import os
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, TextIO, cast

from octopus.steps.runtime import decode
from octopus.steps.runtime.attempt import Attempt, begin
from octopus.steps.runtime.cards import Card
from octopus.steps.runtime.introspect import Declaration, Input, declaration
from octopus.steps.runtime.port_files import read_value, write_value
from octopus.steps.runtime.shelf import find_step

LAST_LINES = 30
"""Lines of output that a failure card repeats."""


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print("usage: python -m octopus.steps <step> --<port>=<path> ... --<parameter>=<text> ...", file=sys.stderr)
        return 2
    try:
        declared = declaration(find_step(arguments[0]))
        texts = decode.options(arguments[1:])
        _refuse_unknown(declared, texts)
    except (LookupError, ValueError) as fault:
        print(fault.args[0], file=sys.stderr)
        return 2
    return _attempt(declared, texts)


def _attempt(declared: Declaration, texts: Mapping[str, str]) -> int:
    attempt = _from_environment(declared.step.title)
    begin(attempt)
    output = _Echo(sys.stdout)
    started = time.monotonic()
    with redirect_stdout(cast(TextIO, output)):
        try:
            _run(declared, texts, attempt)
        except Exception as fault:
            _fail(declared, attempt, fault, output.last_lines)
            return 1
        print(f"{declared.step.title} finished in {time.monotonic() - started:.1f} s")
    return 0


def _run(declared: Declaration, texts: Mapping[str, str], attempt: Attempt) -> None:
    parameters = decode.parameters(declared, texts)
    if declared.step.ports_from is not None:
        declared.step(**_own_ports(declared, texts, attempt.unconnected), **parameters)
    else:
        inputs = {port.name: _load(port, texts.get(port.name, ""), attempt.unconnected) for port in declared.inputs}
        _write(declared, declared.step(**inputs, **parameters), attempt)
    if attempt.metrics:
        (attempt.outputs / "_metrics.json").write_text(json.dumps(attempt.metrics), encoding="utf-8")
    attempt.card.write(attempt.outputs / "_card.json")
    _log_where_nobody_collects(attempt)


def _write(declared: Declaration, returned: Any, attempt: Attempt) -> None:
    for port in declared.outputs:
        value = getattr(returned, port.field)
        if port.passes is not None:
            if value:
                (attempt.outputs / port.name).touch()
        elif value is not None or not port.branch:
            write_value(port.type, port.name, value, attempt.outputs)


def _own_ports(declared: Declaration, texts: Mapping[str, str], unconnected: frozenset[str]) -> dict[str, Any]:
    """For the one input that stands for all ports of the user's function: by name the paths that arrived at them."""
    arrived = {
        name: [Path(path) for path in json.loads(text)] if text.startswith("[") else Path(text)
        for name, text in texts.items()
        if name not in declared.params.model_fields and name not in unconnected and text != ""
    }
    return {declared.inputs[0].name: arrived}


def _load(port: Input, text: str, unconnected: frozenset[str]) -> Any:
    if port.name in unconnected or text == "":
        if port.required:
            raise ValueError(f"input {port.name} is not connected")
        return [] if port.many else None
    try:
        if port.many:
            return [read_value(port.type, Path(path)) for path in json.loads(text)]
        return read_value(port.type, Path(text))
    except (OSError, ValueError) as fault:
        raise ValueError(f"input {port.name}: {fault}") from fault


def _refuse_unknown(declared: Declaration, texts: Mapping[str, str]) -> None:
    if declared.step.ports_from is not None:
        return
    known = [port.name for port in declared.inputs] + list(declared.params.model_fields)
    for name in texts:
        if name not in known:
            raise ValueError(f"step {declared.step.name} has no port or parameter {name!r}; it has {', '.join(known)}")


def _from_environment(title: str) -> Attempt:
    outputs = os.environ.get("OCTOPUS_OUTPUTS")
    events = os.environ.get("OCTOPUS_EVENTS")
    folder = Path(outputs) if outputs else Path(tempfile.mkdtemp(prefix="octopus-out-"))
    folder.mkdir(parents=True, exist_ok=True)
    unconnected = frozenset(filter(None, os.environ.get("OCTOPUS_UNCONNECTED", "").split(",")))
    return Attempt(folder, Card(title), Path(events) if events else None, unconnected)


def _fail(declared: Declaration, attempt: Attempt, fault: Exception, last_lines: Sequence[str]) -> None:
    trace = "".join(traceback.format_exception(fault))
    reason = _one_line(fault)
    failure = Card(f"{declared.step.title} failed")
    failure.markdown(f"**{reason}**")
    failure.markdown(f"```text\n{trace[-20_000:]}\n```")
    if last_lines:
        failure.markdown("Last lines of output:\n\n```text\n" + "\n".join(last_lines) + "\n```")
    failure.write(attempt.outputs / "_card.json")
    print(trace, file=sys.stderr, end="")
    if trace.rstrip().rsplit("\n", 1)[-1] != reason:
        print(reason, file=sys.stderr)


def _one_line(fault: Exception) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return f"{type(fault).__name__}: {lines[0]}" if lines else type(fault).__name__


def _log_where_nobody_collects(attempt: Attempt) -> None:
    """Under a plain `mlflow run`, without octopus, the outputs go to the MLflow run themselves."""
    run_id = os.environ.get("MLFLOW_RUN_ID")
    if run_id is None or "OCTOPUS_OUTPUTS" in os.environ:
        return
    import mlflow

    with mlflow.start_run():
        mlflow.log_artifacts(str(attempt.outputs), "out")
        mlflow.log_metrics(attempt.metrics)


class _Echo:
    """A text stream that hands everything on and remembers the last lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._kept: deque[str] = deque([""], maxlen=LAST_LINES)

    def write(self, text: str) -> int:
        first, *rest = text[-10_000:].split("\n")
        self._kept[-1] += first[:1000]
        self._kept.extend(line[:1000] for line in rest)
        return self._stream.write(text)

    @property
    def last_lines(self) -> list[str]:
        return [line for line in self._kept if line.strip()]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
