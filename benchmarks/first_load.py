"""What a browser fetches before the editor can be used: index.html with everything it loads eagerly, gzipped."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import octopus
from benchmarks.figure import Figure

WEB = Path(octopus.__file__).parent / "web"


def measure() -> Iterator[Figure]:
    manifest = json.loads((WEB / ".vite" / "manifest.json").read_text())
    files = sorted({"index.html", *_eager(manifest, "index.html")})
    sizes = {name: len(gzip.compress((WEB / name).read_bytes(), 9)) for name in files}
    largest = max(sizes, key=lambda name: sizes[name])
    detail = f"{len(files)} files; the largest is {largest} with {sizes[largest] / 1000:,.0f} kB"
    yield Figure("first load of the editor (gzip)", sum(sizes.values()) / 1000, "kB", 300, detail=detail)


def _eager(manifest: dict[str, Any], entry: str) -> set[str]:
    """Files of the chunk `entry` and of all that it imports statically."""
    found: set[str] = set()
    waiting, seen = [entry], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        chunk = manifest[name]
        found |= {chunk["file"], *chunk.get("css", ())}
        waiting += chunk.get("imports", ())
    return found
