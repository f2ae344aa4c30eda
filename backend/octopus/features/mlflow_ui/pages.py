"""Pages in place of MLflow's UI: while it starts, when it does not, and when it is elsewhere. No script, no files."""

from html import escape

from starlette.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{refresh}<title>MLflow in octopus</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.6 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center; }}
main {{ max-width: 34rem; padding: 2rem; text-align: center; }}
</style>
</head>
<body><main><h1>{title}</h1><p>{text}</p></main></body>
</html>
"""


def starting_page() -> HTMLResponse:
    """Asks again by itself."""
    page = _PAGE.format(
        refresh='<meta http-equiv="refresh" content="1">\n',
        title="MLflow is starting",
        text="This takes a few seconds the first time. The page opens by itself.",
    )
    return HTMLResponse(page, 503, {"Retry-After": "1", "Cache-Control": "no-store"})


def failed_page(log_path: str) -> HTMLResponse:
    said = f"What it said is in <code>{escape(log_path)}</code>."
    text = f"Its server did not start or went away. {said} Reload to try again."
    page = _PAGE.format(refresh="", title="MLflow does not answer", text=text)
    return HTMLResponse(page, 502, {"Cache-Control": "no-store"})


def elsewhere_page(remote_url: str) -> HTMLResponse:
    """With a link: a redirect would take the browser to another site unasked."""
    link = f'<a href="{escape(remote_url, quote=True)}" rel="noreferrer">{escape(remote_url)}</a>'
    page = _PAGE.format(refresh="", title="MLflow is elsewhere", text=f"This octopus tracks its runs on {link}.")
    return HTMLResponse(page, 200)
