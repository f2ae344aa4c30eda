"""The doorkeeper: every HTTP request and WebSocket passes its rules, in order, before anything else looks at it."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from octopus.api.problem import problem_response
from octopus.api.security.access import Access, Credential
from octopus.api.security.answer import answer
from octopus.api.security.hosts import Doorplate
from octopus.api.security.refusals import ForeignOrigin, NotAuthenticated, UnknownHost
from octopus.api.security.stranger_page import stranger_page

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
LAUNCH_PATH = "/"
LAUNCH_PARAMETER = "token"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at the door. `method` of a WebSocket is `WEBSOCKET`."""

    connection: HTTPConnection
    method: str
    credential: Credential

    def header(self, name: str) -> str | None:
        return self.connection.headers.get(name)


Rule = Callable[[Visit], Response | None]
"""None: the next rule decides."""


class Doorkeeper:
    """`open_paths`: paths that need no token."""

    def __init__(self, app: ASGIApp, access: Access, plate: Doorplate, open_paths: frozenset[str]) -> None:
        self._app = app
        self._access = access
        self._plate = plate
        self._open_paths = open_paths
        self._rules: tuple[Rule, ...] = (self._known_host, self._own_page, self._launch, self._authenticated)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        visit = Visit(connection, scope.get("method", "WEBSOCKET"), self._access.credential_of(connection))
        for rule in self._rules:
            refusal = rule(visit)
            if refusal is not None:
                await answer(refusal, scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _known_host(self, visit: Visit) -> Response | None:
        hosts = visit.connection.headers.getlist("host")
        if len(hosts) == 1 and self._plate.knows_host(hosts[0]):
            return None
        return problem_response(
            UnknownHost("octopus does not answer under this host name; start it with --allowed-host to add one.")
        )

    def _own_page(self, visit: Visit) -> Response | None:
        """A foreign Origin is always refused. Without one a browser must say that the page is ours, unless a program
        with the token asks; what a browser does by itself and without effect (a link, a bookmark) may pass."""
        origins = visit.connection.headers.getlist("origin")
        if origins:
            return None if len(origins) == 1 and self._plate.knows_origin(origins[0]) else _foreign()
        site = visit.header("sec-fetch-site")
        if visit.credential is Credential.BEARER and site is None:
            return None
        if visit.method in SAFE_METHODS:
            embedded = visit.header("sec-fetch-mode") not in (None, "navigate")
            return _foreign() if embedded and site is not None and site not in OWN_SITES else None
        return None if site in OWN_SITES and visit.method != "WEBSOCKET" else _without_origin(visit)

    def _launch(self, visit: Visit) -> Response | None:
        presented = visit.connection.query_params.get(LAUNCH_PARAMETER)
        if presented is None or visit.method != "GET" or visit.connection.url.path != LAUNCH_PATH:
            return None
        if visit.credential is Credential.NONE and not self._access.redeem(presented):
            return stranger_page(visit.connection, used_code=True)
        headers = {"Set-Cookie": self._access.set_cookie(), "Cache-Control": "no-store"}
        return RedirectResponse("/", 303, headers)

    def _authenticated(self, visit: Visit) -> Response | None:
        if visit.credential is not Credential.NONE or visit.connection.scope["path"] in self._open_paths:
            return None
        return stranger_page(visit.connection, used_code=False)


def _foreign() -> Response:
    return problem_response(ForeignOrigin("The request comes from a page that is not octopus'."))


def _without_origin(visit: Visit) -> Response | None:
    """Who sends neither Origin nor token is told about the token first."""
    if visit.credential is Credential.NONE:
        return problem_response(NotAuthenticated("Send the access token: `Authorization: Bearer <token>`."))
    return problem_response(ForeignOrigin("A browser must send Origin here; a program must send the access token."))
