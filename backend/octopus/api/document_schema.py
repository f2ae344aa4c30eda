"""The JSON Schema of a pipeline document as a client may send it: what the server fills in by itself is optional."""

from typing import Any

from octopus.domain.pipeline import PipelineDocument

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document_schema(ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """The schema, with its parts in `$defs`."""
    schema = PipelineDocument.model_json_schema(mode="validation", ref_template=ref_template)
    edge = schema["$defs"]["Edge"]
    edge["required"] = [name for name in edge["required"] if name != "id"]
    return {"$schema": DIALECT, **schema}
