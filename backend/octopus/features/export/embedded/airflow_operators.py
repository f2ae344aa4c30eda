"""The DAG: one operator for each execution of a step. They all run whatever happened before them (`all_done`) and look
themselves at what became of it, since a step may go on after a branch that was not taken; what does not run is skipped.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from octopus.features.export.embedded.deciding import MetricMissing, filled, metrics_of, skipped_because
from octopus.features.export.embedded.instances import Gate, Instance, sources_of
from octopus.features.export.embedded.model import BAD_ENDINGS, Loop, Outcome, Step, ended_badly

BEGIN, END = "octopus-begin", "octopus-end"
OUTCOME = "outcome"
"""Key of an execution's XCom."""


class Operators:
    """`file`: this one, which answers the questions that need MLflow when it is started as a program."""

    def __init__(
        self,
        file: str,
        names: dict[str, Any],
        steps: list[Step],
        loops: list[Loop],
        instances: list[Instance],
        gates: list[Gate],
    ) -> None:
        self.file = file
        self.names = names
        self.steps = {step.id: step for step in steps}
        self.loops = {loop.id: loop for loop in loops}
        self.instances = {instance.name: instance for instance in instances}
        self.gates = {gate.name: gate for gate in gates}

    def dag(self, dag_id: str, description: str, limit_s: float | None, max_parallel: int | None) -> Any:
        """Started by hand or by an API call: it has no schedule. `limit_s`: seconds for a whole run."""
        dag_class, operator = airflow_classes()
        more: dict[str, Any] = {} if max_parallel is None else {"max_active_tasks": max_parallel}
        if limit_s is not None:
            more["dagrun_timeout"] = timedelta(seconds=limit_s)
        with dag_class(dag_id, description=description, schedule=None, catchup=False, tags=["octopus"], **more) as dag:
            made = {BEGIN: operator(task_id=BEGIN, python_callable=self.begin)}
            for name, instance in self.instances.items():
                given = {"op_kwargs": {"name": name}, "trigger_rule": "all_done"}
                made[name] = operator(
                    task_id=name, python_callable=self.execute, **given, **retries_of(self.steps[instance.step])
                )
            for name in self.gates:
                given = {"op_kwargs": {"name": name}, "trigger_rule": "all_done"}
                made[name] = operator(task_id=name, python_callable=self.open_gate, **given)
            for name in [*self.instances, *self.gates]:
                made[name].set_upstream([made[before] for before in self.before(name)])
            end = operator(task_id=END, python_callable=self.end, trigger_rule="all_done")
            end.set_upstream(list(made.values()))
        return dag

    def before(self, name: str) -> list[str]:
        """What has to have ended before an instance or a gate."""
        if name in self.gates:
            return self.gates[name].after
        instance = self.instances[name]
        names = dict.fromkeys(instance.source(source) for source in sources_of(self.steps[instance.step]))
        return [*names, *([instance.gate] if instance.gate else [])] or [BEGIN]

    def begin(self) -> Any:
        return ask_program(self.file, "begin", self.names)

    def execute(self, name: str, ti: Any) -> None:
        """One attempt; Airflow's own retries make further ones."""
        instance = self.instances[name]
        step = self.steps[instance.step]
        gate = None if instance.gate is None else ti.xcom_pull(task_ids=instance.gate, key=OUTCOME)
        if instance.gate is not None and gate is None:
            raise airflow_exception("Skip")(f"not reached: {instance.gate} did not open")
        outcomes = {source: self.outcome(ti, instance.source(source)) for source in sources_of(step)}
        looped = self.loops[self.gates[instance.gate].loop] if instance.gate else None
        fed = {looped.target_port: [gate]} if looped is not None and looped.target == step.id else {}
        skipped = skipped_because(step, outcomes)
        if skipped is not None:
            tell(ti, skipped)
            raise airflow_exception("Skip")(skipped.reason)
        try:
            filled(step, metrics_of(outcomes))
        except MetricMissing as error:
            tell(ti, ended_badly(step, "failed", str(error)))
            raise airflow_exception("Fail")(str(error)) from None
        tell(ti, ended_badly(step, "failed", "it left no answer"))
        request = {
            "step_id": step.id,
            "iteration": instance.iteration,
            "number": ti.try_number,
            "run": ti.xcom_pull(task_ids=BEGIN),
            "outcomes": {source: asdict(outcome) for source, outcome in outcomes.items()},
            "fed": fed,
        }
        outcome = Outcome(**ask_program(self.file, "attempt", request))
        tell(ti, outcome)
        if outcome.status != "succeeded":
            raise RuntimeError(f"{step.id} {BAD_ENDINGS[outcome.status]}: {outcome.reason}")

    def open_gate(self, name: str, ti: Any) -> None:
        """Whether a loop goes round once more; its XCom is the value that it hands back."""
        gate = self.gates[name]
        loop = self.loops[gate.loop]
        outcome = self.outcome(ti, gate.source)
        if outcome.status != "succeeded" or loop.source_port not in outcome.ports:
            raise airflow_exception("Skip")(f"loop {loop.source} -> {loop.target} does not go round again")
        ti.xcom_push(key=OUTCOME, value=outcome.ports[loop.source_port])

    def end(self, ti: Any) -> None:
        """Close the parent run. It fails if the run failed: the colour of the other tasks does not tell."""
        outcomes = {step_id: self.latest(ti, step_id) for step_id in self.steps}
        failed = [
            f"{step_id} {BAD_ENDINGS[one.status]}: {one.reason}"
            for step_id, one in outcomes.items()
            if one.fails_the_run
        ]
        failed += [
            f"loop {loop.source} -> {loop.target} reached its limit of {loop.max_iterations} iterations"
            for loop in self.loops.values()
            if loop.on_limit == "fail" and self.is_at_its_limit(ti, loop)
        ]
        status = "FAILED" if failed else "FINISHED"
        ask_program(self.file, "close", {"run": ti.xcom_pull(task_ids=BEGIN), "status": status})
        if failed:
            raise airflow_exception("Fail")(failed[0])

    def latest(self, ti: Any, step_id: str) -> Outcome:
        """Of its last iteration that was reached."""
        mine = [instance for instance in self.instances.values() if instance.step == step_id]
        for instance in sorted(mine, key=lambda one: -one.iteration):
            if instance.gate is None or ti.xcom_pull(task_ids=instance.gate, key=OUTCOME) is not None:
                return self.outcome(ti, instance.name)
        raise LookupError(step_id)

    def is_at_its_limit(self, ti: Any, loop: Loop) -> bool:
        name = loop.source if loop.max_iterations == 1 else f"{loop.source}-{loop.max_iterations}"
        outcome = self.outcome(ti, name)
        return outcome.status == "succeeded" and loop.source_port in outcome.ports

    def outcome(self, ti: Any, name: str) -> Outcome:
        """Of an instance; a failure if there is none."""
        told = ti.xcom_pull(task_ids=name, key=OUTCOME)
        step = self.steps[self.instances[name].step]
        return ended_badly(step, "failed", "it was not executed") if told is None else Outcome(**told)


def retries_of(step: Step) -> dict[str, Any]:
    delay = timedelta(seconds=step.retry_delay_s)
    return {
        "retries": step.retries,
        "retry_delay": delay,
        "retry_exponential_backoff": step.retries > 0,
        "max_retry_delay": max(delay, timedelta(hours=1)),
    }


def tell(ti: Any, outcome: Outcome) -> None:
    ti.xcom_push(key=OUTCOME, value=asdict(outcome))


def ask_program(file: str, question: str, details: dict[str, Any]) -> Any:
    """Start this file with the Python that has MLflow (OCTOPUS_PYTHON, else this one); what it prints is logged."""
    with tempfile.TemporaryDirectory(prefix="octopus-") as folder:
        asked, answered = Path(folder, "asked"), Path(folder, "answered")
        asked.write_text(json.dumps(details), "utf-8")
        command = [os.environ.get("OCTOPUS_PYTHON") or sys.executable, file, question, str(asked), str(answered)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
            try:
                for line in program.stdout or ():
                    print(line, end="", flush=True)
            finally:
                if program.poll() is None:
                    program.terminate()
        if program.returncode:
            raise RuntimeError(f"{question} ended with exit code {program.returncode}; see above")
        return json.loads(answered.read_text("utf-8"))


def airflow_classes() -> tuple[Any, Any]:
    """DAG and PythonOperator, of Airflow 3 or 2."""
    try:
        from airflow.providers.standard.operators.python import PythonOperator
        from airflow.sdk import DAG
    except ImportError:
        from airflow import DAG
        from airflow.operators.python import PythonOperator
    return DAG, PythonOperator


def airflow_exception(kind: str) -> Any:
    """`Skip`: the task is skipped; `Fail`: it fails and is not tried again."""
    try:
        import airflow.sdk.exceptions as exceptions
    except ImportError:
        import airflow.exceptions as exceptions
    return getattr(exceptions, f"Airflow{kind}Exception")
