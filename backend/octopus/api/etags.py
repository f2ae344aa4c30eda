"""ETags: which version of a pipeline a change is based on."""

import re

from fastapi import Response

from octopus.domain.errors import StaleVersion, VersionRequired
from octopus.domain.pipeline import PipelineRecord

_ETAG = re.compile(r'^(?:W/)?"?v?(\d{1,9})"?$')


def etag(version: int) -> str:
    return f'"{version}"'


def with_etag(response: Response, record: PipelineRecord) -> PipelineRecord:
    """The pipeline as it is answered, its version in the ETag header."""
    response.headers["ETag"] = etag(record.version)
    return record


def expected_version(if_match: str | None) -> int:
    """The version If-Match names. An ETag that octopus never gave matches nothing, like an old one."""
    if if_match is None:
        raise VersionRequired("Send If-Match with the ETag of the version this change is based on.")
    match = _ETAG.match(if_match.strip())
    if match is None:
        raise StaleVersion("If-Match names no version of this pipeline; GET it again for its ETag.")
    return int(match.group(1))
