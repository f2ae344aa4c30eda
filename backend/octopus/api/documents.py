"""A pipeline document at the HTTP door. Pointers of its faults point into the document, wherever in a body it stood."""

from pydantic import JsonValue

from octopus.bootstrap.settings import Settings
from octopus.compiler.parse import parse
from octopus.domain.pipeline import PipelineDocument


def read_document(value: JsonValue, settings: Settings) -> PipelineDocument:
    """The document in `value`. Raises InvalidDocument or DocumentTooNew."""
    return parse(value, max_steps=settings.max_document_steps)
