"""From what a person writes as a location to local files: patterns, lists, uploaded data sets, addresses on the web."""

import hashlib
import os
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from glob import glob
from pathlib import Path

DATASETS_VARIABLE = "OCTOPUS_DATASETS_DIR"
UPLOADED = "dataset:"
DOWNLOAD_TIMEOUT_S = 60
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `said`: how the person named it."""

    path: Path
    said: str


def sources(location: str) -> list[Source]:
    """The files of every line of `location`, patterns in alphabetical order. Raises FileNotFoundError, ValueError."""
    found = [source for line in location.splitlines() if line.strip() for source in _sources_of(line.strip())]
    if not found:
        raise ValueError("no location is given: say where the data is, or choose a bundled data set")
    return found


def _sources_of(line: str) -> list[Source]:
    if line.startswith(UPLOADED):
        return [Source(_uploaded(line.removeprefix(UPLOADED)), line)]
    if urllib.parse.urlsplit(line).scheme in ("http", "https"):
        return [Source(_downloaded(line), line)]
    path = Path(line).expanduser()
    if path.is_dir():
        return [Source(one, str(one)) for one in sorted(path.iterdir()) if one.is_file() and one.name[0] not in "._"]
    if path.exists():
        return [Source(path, line)]
    matches = sorted(name for name in glob(str(path), recursive=True) if Path(name).is_file())  # noqa: PTH207  absolute
    if not matches:
        raise FileNotFoundError(f"there is no file {line!r}")
    return [Source(Path(name), name) for name in matches]


def _uploaded(name: str) -> Path:
    folder = os.environ.get(DATASETS_VARIABLE)
    if not folder:
        raise ValueError(f"{UPLOADED}{name} needs a server with uploaded data sets ({DATASETS_VARIABLE} is not set)")
    path = Path(folder) / name
    if Path(name).name != name or name.startswith(".") or not path.is_file():
        known = sorted(one.name for one in Path(folder).glob("[!.]*") if one.is_file())
        raise FileNotFoundError(f"there is no uploaded data set {name!r}; there are: {', '.join(known) or 'none'}")
    return path


def _downloaded(address: str) -> Path:
    suffix = "".join(Path(urllib.parse.urlsplit(address).path).suffixes[-2:])
    request = urllib.request.Request(address, headers={"User-Agent": "octopus"})  # noqa: S310  http(s) only, see caller
    handle, name = tempfile.mkstemp(suffix=suffix, prefix="octopus-download-")
    try:
        with os.fdopen(handle, "wb") as target, urllib.request.urlopen(request, timeout=DOWNLOAD_TIMEOUT_S) as answer:  # noqa: S310
            while chunk := answer.read(CHUNK_BYTES):
                target.write(chunk)
    except (urllib.error.URLError, TimeoutError) as fault:
        raise ValueError(f"{address} cannot be downloaded: {getattr(fault, 'reason', fault)}") from fault
    return Path(name)


def digest(path: Path) -> str:
    """`sha256:<hex>` of the file's content."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
