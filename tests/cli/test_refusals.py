"""What a command says when a server refuses, whatever that server answers."""

from typing import Any

import httpx
import pytest
import typer

from octopus.cli.connection import Connection
from octopus.cli.exit_codes import PROBLEMS, SERVER

URL = "http://server.example"
PROBLEM = {"code": "wrong_shape", "severity": "error", "message": "No.", "pointer": "/steps", "newer": 1}


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ({"json": {"detail": "There is none.", "code": "not_found"}}, SERVER, "octopus: There is none.\n"),
        ({"json": {"detail": "No good.", "problems": [PROBLEM]}}, PROBLEMS, "octopus: No good.\n  /steps: No.\n"),
        *(
            (answer, SERVER, "octopus: The server answered 502 Bad Gateway.\n")
            for answer in ({"text": "<html>"}, {"json": ["no", "object"]}, {"json": {"problems": None}})
        ),
    ],
)
def test_a_refusal_is_a_sentence_and_an_exit_code(
    capsys: pytest.CaptureFixture[str], answer: dict[str, Any], code: int, said: str
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(502, **answer))
    with httpx.Client(base_url=URL, transport=transport) as http, pytest.raises(typer.Exit) as ended:
        Connection(URL, "token", http).call("GET", "/runs")
    assert (ended.value.exit_code, capsys.readouterr().err) == (code, said)
