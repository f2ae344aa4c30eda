"""What an installer printed before it gave up -> one line that says what is wrong and what to do. Pure."""

import re

_LIMIT = 400
"""Characters; the log has everything."""
_PASSWORD = re.compile(r"(?<=://)[^/\s@]+@")
_OFFLINE = re.compile(
    r"network was disabled|offline mode|error sending request|dns error|failed to lookup address|"
    r"temporary failure in name resolution|failed to establish a new connection|connection refused|"
    r"network is unreachable|no route to host|connection timed out|could not connect|CondaHTTPError",
    re.IGNORECASE,
)
_NO_PYTHON = re.compile(r"No interpreter found|Failed to inspect Python interpreter|No download found", re.IGNORECASE)
_NO_PACKAGE = re.compile(
    r"was not found in the|there is no version|"
    r"No matching distribution found|PackagesNotFoundError|ResolvePackageNotFound"
)


def explain(output: str, code: int, file: str | None) -> str:
    """`file`: what declares the environment."""
    complaint = _complaint(output) or f"the installer ended with exit code {code}"
    hint = _hint(output, file or "what the step declares")
    return f"{complaint}. {hint}" if hint else complaint


def first_line(text: str) -> str:
    return _shortened((text.strip().splitlines() or [""])[0])


def _complaint(output: str) -> str:
    """uv: the last paragraph that begins with `error:`; pip and conda: the last line that says ERROR; else the last
    line."""
    lines = [line.strip() for line in output.splitlines()]
    starts = [number for number, line in enumerate(lines) if line.lower().startswith("error:")]
    if not starts:
        return _shortened(next((line for line in reversed(lines) if line), ""))
    last = lines[starts[-1] :]
    paragraph = last[: last.index("")] if "" in last else last
    causes = [line for line in paragraph[1:] if line.startswith("cause:")]
    texts = [paragraph[0].partition(":")[2], *(cause.partition(":")[2] for cause in causes)]
    return _shortened(": ".join(text.strip().rstrip(".") for text in texts))


def _hint(output: str, file: str) -> str:
    if _OFFLINE.search(output):
        return (
            "No package index could be reached: the first build of an environment needs one. Connect this machine, or "
            "name an index it reaches in the server's environment (UV_DEFAULT_INDEX or UV_FIND_LINKS for uv, "
            "PIP_INDEX_URL or PIP_FIND_LINKS for virtualenv)"
        )
    if _NO_PYTHON.search(output):
        return f"Install that Python, or change `python` in {file}"
    if _NO_PACKAGE.search(output):
        return f"Check names and versions in {file}"
    return ""


def _shortened(text: str) -> str:
    safe = _PASSWORD.sub("***@", text)
    return safe if len(safe) <= _LIMIT else f"{safe[: _LIMIT - 1]}…"
