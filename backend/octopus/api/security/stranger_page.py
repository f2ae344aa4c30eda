"""What somebody without a valid token sees: a problem for a program, a page that says how to get in for a person."""

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from octopus.api.problem import problem_response
from octopus.api.security.refusals import NotAuthenticated

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>octopus, the MLflow Pipeline Orchestrator</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.6 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#f6f7f9, #14161a); color: light-dark(#1d2127, #e6e8eb); }}
main {{ max-width: 34rem; margin: 2rem; padding: 2rem 2.5rem; border-radius: 12px;
  background: light-dark(#fff, #1d2127); border: 1px solid light-dark(#dfe3e8, #323842); }}
h1 {{ font-size: 1.4rem; margin: 0 0 .5rem; }}
code {{ background: light-dark(#eef0f3, #2a2f37); padding: .1rem .35rem; border-radius: 4px; }}
a {{ color: light-dark(#0b57d0, #8ab4f8); }}
</style>
</head>
<body>
<main>
<h1>This octopus does not know you yet</h1>
<p>{reason}</p>
<p>Open the address that <code>octopus serve</code> printed in its terminal: it lets this browser in once and for all.
Every start of the server prints a new one.</p>
<p>If you have the access token (<code>OCTOPUS_TOKEN</code>, or the file <code>token</code> in the data directory), open
<code>/?token=&lt;the token&gt;</code>.</p>
<p>You have just opened that address? <a href="/">Go on to octopus</a></p>
</main>
</body>
</html>
"""

_NO_TOKEN = "This page needs the access token of the person who started the server."  # noqa: S105
_USED_CODE = "The address you opened is not valid (any more): each works for one browser, once."


def stranger_page(connection: HTTPConnection, *, used_code: bool) -> Response:
    """401 in the form the client understands."""
    if connection.url.path.startswith("/api/") or "text/html" not in connection.headers.get("accept", ""):
        return problem_response(NotAuthenticated("Send the access token: `Authorization: Bearer <token>`."))
    page = _PAGE.format(reason=_USED_CODE if used_code else _NO_TOKEN)
    return HTMLResponse(page, 401, {"Cache-Control": "no-store", "WWW-Authenticate": "Bearer"})
