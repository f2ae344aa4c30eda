"""What a server sends of a port: kept under its own name, or refused in words."""

import asyncio
import io
import zipfile
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from octopus import ServerUnreachable
from octopus.sdk.at_server import AtServer
from octopus.sdk.http import Http
from octopus.sdk.servers import Address
from octopus.sdk.venue import Attempt

URL = "http://server.example"


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("MLmodel", "flavors: {}\n" * 100)
        packed.writestr("data/model.pkl", bytes(range(256)) * 10)
    return buffer.getvalue()


def fetched(content: bytes, name: bytes, media_type: str) -> Path:
    """Where the port's value lies, with what there is to see while the venue lives."""

    def answer(_request: httpx.Request) -> httpx.Response:
        headers = {"X-Octopus-Name": quote(name), "Content-Type": media_type}
        return httpx.Response(200, content=content, headers=headers)

    async def fetch() -> Path:
        http = Http(Address(URL, "token"))
        await http.close()
        http._client = httpx.AsyncClient(base_url=URL, transport=httpx.MockTransport(answer))
        venue = AtServer(http)
        try:
            place = await venue.port_file("run", "train", "model", Attempt())
            assert place.exists()
            return place
        finally:
            await venue.close()

    return asyncio.run(fetch())


def damaged() -> dict[str, bytes]:
    whole = archive()
    start = whole.index(b"MLmodel") + len(b"MLmodel")
    return {
        "nothing": b"",
        "text": b"no archive at all",
        "cut": whole[: len(whole) // 2],
        "other content": whole[:start] + bytes(b ^ 0x55 for b in whole[start : start + 8]) + whole[start + 8 :],
        "unknown method": whole.replace(b"\x08\x00", b"\x63\x00"),
        "negative place": whole[:-6] + b"\xff\xff\xff\x7f" + whole[-2:],
    }


@pytest.mark.parametrize("fault", damaged())
def test_an_archive_that_arrives_damaged_is_told_so(fault: str) -> None:
    with pytest.raises(ServerUnreachable, match=r"The archive model of the server arrived damaged: .+\. Try again\."):
        fetched(damaged()[fault], b"model", "application/zip")


def test_a_folder_is_unpacked_and_a_file_keeps_a_name_that_is_no_utf8() -> None:
    assert fetched(archive(), b"model", "application/zip").name == "model"
    assert fetched(b"a,b\n", b"caf\xe9.csv", "application/octet-stream").name == "caf\udce9.csv"
