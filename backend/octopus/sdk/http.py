"""Http: a server's REST API on one event loop; its refusals as exceptions, its streams through every reconnect."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from octopus.domain.errors import AccessRefused, OctopusError, ServerUnreachable
from octopus.sdk.listening import GIVE_UP_AFTER_S, RETRY_S, Listening, Message
from octopus.sdk.refusals import refusal
from octopus.sdk.servers import TOKEN_VARIABLE, Address

TIMEOUT_S = 60.0
_SILENCE_LIMIT_S = 45.0
"""A stream gives a sign of life every 15 s."""


class Http:
    """Raises AccessRefused at once if no token is known."""

    def __init__(self, address: Address) -> None:
        if not address.token:
            raise AccessRefused(f"Set {TOKEN_VARIABLE} to the access token of {address.url}, or pass token=.")
        self.url = address.url
        self._client = httpx.AsyncClient(
            base_url=f"{address.url}/api",
            headers={"Authorization": f"Bearer {address.token}"},
            timeout=TIMEOUT_S,
            trust_env=False,
        )

    async def json(self, method: str, path: str, **options: Any) -> Any:
        """The decoded answer; None if it is empty."""
        answer = await self._send(method, path, **options)
        return answer.json() if answer.content else None

    async def items(self, path: str, query: Mapping[str, Any], limit: int | None) -> list[Any]:
        """Of a list, over as many pages as there are, at most `limit`."""
        found: list[Any] = []
        cursor: str | None = None
        while limit is None or len(found) < limit:
            asked = {**query, **({"cursor": cursor} if cursor else {})}
            page = await self.json("GET", path, params={k: v for k, v in asked.items() if v is not None})
            found += page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                break
        return found[:limit]

    async def download(self, path: str, target: Path, **options: Any) -> httpx.Headers:
        """Writes the body to `target`; answers the headers."""
        try:
            async with self._client.stream("GET", path, **options) as answer:
                if not answer.is_success:
                    await answer.aread()
                    raise refusal(answer)
                with target.open("wb") as file:
                    async for chunk in answer.aiter_bytes():
                        await asyncio.to_thread(file.write, chunk)
                return answer.headers
        except httpx.TransportError as error:
            raise self._silence(error) from None

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[Message, None]:
        """Events with seq > `after` and log batches until the run's last event, each once. Raises ServerUnreachable if
        the server stays away for GIVE_UP_AFTER_S."""
        listening = Listening(after)
        clock = asyncio.get_running_loop().time
        lost_at: float | None = None
        while not listening.has_ended:
            try:
                async for message in self._stream(run_id, listening.after):
                    lost_at = None
                    if message is not None and (new := listening.hear(message)) is not None:
                        yield new
                    if listening.has_ended:
                        return
            except httpx.TransportError as error:
                lost_at = lost_at or clock()
                if clock() - lost_at > GIVE_UP_AFTER_S:
                    raise self._silence(error) from None
            await asyncio.sleep(RETRY_S)

    async def _stream(self, run_id: str, after: int) -> AsyncIterator[Message | None]:
        """None: a sign of life."""
        timeout = httpx.Timeout(TIMEOUT_S, read=_SILENCE_LIMIT_S)
        async with self._client.stream(
            "GET", f"/runs/{run_id}/stream", params={"after": after}, timeout=timeout
        ) as answer:
            if answer.status_code >= 500:
                raise httpx.RemoteProtocolError(f"it answered {answer.status_code}")
            if not answer.is_success:
                await answer.aread()
                raise refusal(answer)
            async for line in _lines(answer):
                yield json.loads(line[5:]) if line.startswith(b"data:") else None

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **options)
        except httpx.TransportError as error:
            raise self._silence(error) from None
        if not answer.is_success:
            raise refusal(answer)
        return answer

    def _silence(self, error: Exception) -> OctopusError:
        return ServerUnreachable(f"The server {self.url} does not answer: {error or type(error).__name__}.")


async def _lines(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Of an event stream. Not httpx's own: for it a line also ends where a text has a Unicode line separator."""
    rest = b""
    async for chunk in answer.aiter_bytes():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
