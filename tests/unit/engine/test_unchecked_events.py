"""The events that the engine makes without pydantic's checks are the very values that pydantic would have made."""

import pickle

import pytest
from pydantic import ValidationError

from octopus.domain import event as e
from octopus.engine import facts
from octopus.engine.signals import AttemptStarted, StepRunKey
from octopus.engine.tokens import Delivered

AT = "2026-01-01T00:00:00.000Z"
STAMP = facts.Stamp(3, "r", AT)
KEY = StepRunKey("a", 2, 1)
STEP = {"seq": 3, "run_id": "r", "at": AT, "step_id": "a", "iteration": 2, "attempt": 1}


@pytest.mark.parametrize(
    ("made", "checked"),
    [
        (facts.step_queued(STAMP, KEY), e.StepQueued(**STEP)),
        (
            facts.step_started(STAMP, AttemptStarted(AT, KEY, "cold", "m")),
            e.StepStarted(**STEP, backend="cold", mlflow_run_id="m"),
        ),
        (
            facts.step_started(STAMP, AttemptStarted(AT, KEY, "cold", "m", "not ready")),
            e.StepStarted(**STEP, backend="cold", mlflow_run_id="m", backend_reason="not ready"),
        ),
        (
            facts.step_succeeded(STAMP, KEY, 0, ("x",), "closed"),
            e.StepSucceeded(**STEP, exit_code=0, ports=("x",), tracking="closed"),
        ),
        (facts.edge_resolved(STAMP, "e1", Delivered(KEY)), e.EdgeDelivered(seq=3, run_id="r", at=AT, edge_id="e1")),
    ],
)
def test_an_unchecked_event_cannot_be_told_from_a_checked_one(made: e.Event, checked: e.Event) -> None:
    assert made == checked
    assert hash(made) == hash(checked)
    assert repr(made) == repr(checked)
    assert made.model_fields_set == checked.model_fields_set
    assert made.model_dump_json() == checked.model_dump_json()
    assert made.model_copy(update={"seq": 4}) == checked.model_copy(update={"seq": 4})
    assert pickle.loads(pickle.dumps(made)) == checked
    assert e.EVENT.validate_python(made.model_dump()) == checked
    with pytest.raises(ValidationError):
        made.seq = 4
