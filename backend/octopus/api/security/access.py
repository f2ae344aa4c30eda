"""Access: who holds the token. Programs send it, browsers hold a cookie that stands for it.

The cookie is derived from the token and so survives a restart, but does not reveal it. A launch code opens a browser
once, by `/?token=<code>`: what stands in a URL is dead as soon as it was used. Known limit: while a browser starts, the
code stands in its argument list, where another user of the machine could be faster (`--no-open` avoids that).
The token itself works there too, as often as one likes: who has it may come in anyway.
"""

import hashlib
import hmac
import secrets
from enum import Enum

from starlette.requests import HTTPConnection

COOKIE_PURPOSE = b"octopus browser session"
COOKIE_MAX_AGE_S = 30 * 24 * 3600
"""A month: a bookmark goes on working while the token is the same."""
MAX_LAUNCH_CODES = 16
"""Codes that nobody used yet; the oldest die first."""


class Credential(Enum):
    NONE = "none"
    COOKIE = "cookie"
    BEARER = "bearer"


class Access:
    """`port` is part of the cookie's name: browsers share cookies among the ports of a host."""

    def __init__(self, token: str, port: int) -> None:
        self._token = token.encode()
        self._launch_codes: list[bytes] = []
        self.cookie_name = f"octopus_{port}"
        self._cookie = hmac.new(self._token, COOKIE_PURPOSE, hashlib.sha256).hexdigest()

    def new_launch_code(self) -> str:
        """Opens a browser once."""
        code = secrets.token_urlsafe(24)
        self._launch_codes = [*self._launch_codes[1 - MAX_LAUNCH_CODES :], code.encode()]
        return code

    def redeem(self, presented: str) -> bool:
        """Whether `presented` lets a browser in; a launch code is dead afterwards."""
        offered = presented.encode(errors="replace")
        for code in self._launch_codes:
            if hmac.compare_digest(code, offered):
                self._launch_codes.remove(code)
                return True
        return hmac.compare_digest(self._token, offered)

    def credential_of(self, connection: HTTPConnection) -> Credential:
        """The best valid credential the request carries."""
        scheme, _, presented = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._equal(presented.strip(), self._token):
            return Credential.BEARER
        if self._equal(connection.cookies.get(self.cookie_name, ""), self._cookie.encode()):
            return Credential.COOKIE
        return Credential.NONE

    def set_cookie(self) -> str:
        """The Set-Cookie header that lets a browser stay."""
        attributes = f"Path=/; Max-Age={COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Strict"
        return f"{self.cookie_name}={self._cookie}; {attributes}"

    @staticmethod
    def _equal(presented: str, expected: bytes) -> bool:
        return hmac.compare_digest(presented.encode(errors="replace"), expected)
