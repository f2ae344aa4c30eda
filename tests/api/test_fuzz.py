"""schemathesis over the description of the API: no 5xx, no status that is not documented, whatever is sent."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from octopus.api.app import create_app
from octopus.api.routing import bare_app
from octopus.api.server import listen
from octopus.bootstrap.container import Substitutes, build_container
from octopus.bootstrap.settings import Settings
from tests.api.world import TOKEN, StillTracking
from tests.fakes.instant_backend import Act, InstantBackend

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 15

schema = schemathesis.openapi.from_dict(bare_app().openapi())


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in a thread of this process, with fakes for MLflow and processes."""
    folder = tmp_path_factory.mktemp("fuzz")
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        substitutes = Substitutes(StillTracking(folder / "artifacts"), InstantBackend(lambda _: Act(stdout=("hello",))))
        container = build_container(Settings(data_dir=folder / "data", token=TOKEN, port=port), substitutes)
        config = uvicorn.Config(create_app(container), log_config=None, access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_no_call_fails_or_answers_what_is_not_documented(case: Any, address: str) -> None:
    response = case.call(base_url=address, headers={"Authorization": f"Bearer {TOKEN}"})
    case.validate_response(response, checks=CHECKS)
