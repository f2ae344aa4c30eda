"""An Airflow made of a few lines: enough to load the file of a DAG and to run its operators one after the other, each
when those before it have ended, whatever became of them."""

import importlib.util
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


class AirflowSkipException(Exception):
    pass


class AirflowFailException(Exception):
    pass


@dataclass
class PlayedDag:
    """`asked`: what it was made with."""

    dag_id: str
    asked: dict[str, Any]
    operators: "list[PlayedOperator]" = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    xcoms: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __enter__(self) -> "PlayedDag":
        _open.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _open.remove(self)

    def play(self) -> dict[str, str]:
        """Per task its state: success, failed, skipped. A trigger rule other than all_done is not known here."""
        waiting = list(self.operators)
        while waiting:
            operator = next(one for one in waiting if all(before.task_id in self.states for before in one.upstream))
            waiting.remove(operator)
            assert operator.asked.get("trigger_rule", "all_done") == "all_done"
            self.states[operator.task_id] = self._play(operator)
        return self.states

    def _play(self, operator: "PlayedOperator") -> str:
        for number in range(1, operator.asked.get("retries", 0) + 2):
            for key in [key for key in self.xcoms if key[0] == operator.task_id]:
                del self.xcoms[key]
            try:
                operator.execute(PlayedTaskInstance(self, operator.task_id, number))
            except AirflowSkipException as reason:
                self.reasons[operator.task_id] = str(reason)
                return "skipped"
            except Exception as reason:
                self.reasons[operator.task_id] = str(reason)
                if isinstance(reason, AirflowFailException):
                    return "failed"
            else:
                return "success"
        return "failed"


@dataclass
class PlayedTaskInstance:
    dag: PlayedDag
    task_id: str
    try_number: int

    def xcom_push(self, key: str, value: Any) -> None:
        self.dag.xcoms[self.task_id, key] = value

    def xcom_pull(self, task_ids: str, key: str = "return_value") -> Any:
        return self.dag.xcoms.get((task_ids, key))


class PlayedOperator:
    def __init__(self, task_id: str, python_callable: Any, op_kwargs: dict[str, Any] | None = None, **asked: Any):
        self.task_id, self.call, self.given, self.asked = task_id, python_callable, op_kwargs or {}, asked
        self.upstream: list[PlayedOperator] = []
        _open[-1].operators.append(self)

    def set_upstream(self, others: "list[PlayedOperator]") -> None:
        self.upstream += others

    def execute(self, ti: PlayedTaskInstance) -> None:
        wanted = self.call.__code__.co_varnames[: self.call.__code__.co_argcount]
        returned = self.call(**self.given, **({"ti": ti} if "ti" in wanted else {}))
        if returned is not None:
            ti.xcom_push("return_value", returned)


_open: list[PlayedDag] = []


def load_dag(file: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedDag:
    """The DAG in a file."""
    modules = {
        "airflow": {},
        "airflow.sdk": {"DAG": lambda dag_id, **asked: PlayedDag(dag_id, asked)},
        "airflow.sdk.exceptions": {
            "AirflowSkipException": AirflowSkipException,
            "AirflowFailException": AirflowFailException,
        },
        "airflow.providers": {},
        "airflow.providers.standard": {},
        "airflow.providers.standard.operators": {},
        "airflow.providers.standard.operators.python": {"PythonOperator": PlayedOperator},
    }
    for name, content in modules.items():
        module = types.ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
        if "." in name:
            parent, _, own = name.rpartition(".")
            setattr(sys.modules[parent], own, module)
    spec = importlib.util.spec_from_file_location("played_dag", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "played_dag", module)
    spec.loader.exec_module(module)
    found: PlayedDag = module.dag
    return found
