"""What is known of an uploaded file."""

from octopus.domain.base import Timestamp, Value


class Dataset(Value):
    """`id`: its file's name in the datasets folder; `name`: what the user called it, for display only; `location`: what
    the parameter `location` of the step `ingest` takes; `digest`: `sha256:<hex>` of the content."""

    id: str
    name: str
    location: str
    format: str
    size_bytes: int
    digest: str
    uploaded_at: Timestamp
