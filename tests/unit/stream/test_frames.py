"""What goes over the wire."""

import json

from octopus.domain.event import LogBatch, LogLine
from octopus.stream.frames import sse_frames, websocket_frame
from tests.support.runs import AT, events_of

EVENT = events_of("r1", {"kind": "step.failed", "step_id": "a", "reason": "exit code 3: line\nbreak \u2028 <b>"})[0]
LOG = LogBatch(run_id="r1", step_id="a", lines=(LogLine(n=1, at=AT, stream="stderr", text="é\r\n\x1b[31m"),))


def test_a_websocket_frame_is_a_json_array_of_the_items() -> None:
    assert json.loads(websocket_frame([EVENT, LOG])) == [EVENT.model_dump(mode="json"), LOG.model_dump(mode="json")]


def test_an_event_goes_as_one_sse_message_with_its_seq_as_id() -> None:
    head, name, data = sse_frames([EVENT]).removesuffix("\n\n").split("\n")
    assert (head, name) == ("id: 1", "event: step.failed")
    assert json.loads(data.removeprefix("data: ")) == EVENT.model_dump(mode="json")


def test_log_lines_go_without_an_id_so_that_a_reconnect_asks_for_events() -> None:
    name, data = sse_frames([LOG]).removesuffix("\n\n").split("\n")
    assert name == "event: log"
    assert json.loads(data.removeprefix("data: ")) == LOG.model_dump(mode="json")


def test_every_item_is_a_message_of_its_own() -> None:
    assert sse_frames([EVENT, LOG, EVENT]) == sse_frames([EVENT]) + sse_frames([LOG]) + sse_frames([EVENT])
