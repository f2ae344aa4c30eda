"""Small rules of the language: which ports fit, how times are written, which statuses are final."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from octopus.domain.base import timestamp
from octopus.domain.ports import PortType, fits
from octopus.domain.status import RunStatus, StepStatus


@pytest.mark.parametrize("kind", list(PortType))
def test_a_port_type_fits_itself_and_any_and_a_file_port(kind: PortType) -> None:
    assert fits(kind, kind)
    assert fits(kind, PortType.ANY)
    assert fits(PortType.ANY, kind)
    assert fits(kind, PortType.FILE)


def test_different_port_types_do_not_fit() -> None:
    assert not fits(PortType.MODEL, PortType.DATASET)
    assert not fits(PortType.FILE, PortType.DATASET)


def test_times_are_utc_with_milliseconds() -> None:
    moment = datetime(2026, 1, 1, 1, 30, 0, 123_999, tzinfo=timezone(timedelta(hours=1)))
    assert timestamp(moment) == "2026-01-01T00:30:00.123Z"
    assert timestamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


def test_which_statuses_are_final() -> None:
    assert {status.value for status in StepStatus if not status.is_terminal} == {
        "pending",
        "queued",
        "running",
        "cancelling",
    }
    assert {status.value for status in RunStatus if status.is_terminal} == {"succeeded", "failed", "cancelled"}
