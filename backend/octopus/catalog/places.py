"""Where the parameters of a foreign step may point: its own project's folder, the artifact store, uploaded data; at
addresses of known kinds. Stated limit: the step itself runs with the user's rights and may open what it likes."""

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

from octopus.catalog.step_type import Place

URI_SCHEMES = (
    *("abfs", "abfss", "dbfs", "gs", "hdfs", "http", "https"),
    *("mlflow-artifacts", "models", "r2", "runs", "s3", "wasb", "wasbs"),
)
"""What MLflow and the data libraries fetch from elsewhere. Not `file`: a path is for the type `path`."""
STORE_SCHEMES = ("models", "mlflow-artifacts", "runs")
"""The artifact store, which MLflow itself fetches a path from."""
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):")


def place_fault(place: Place, value: str) -> str | None:
    """What is wrong with `value`, as the end of a sentence; None if it may be used. The empty text means: none."""
    if value == "":
        return None
    return _uri_fault(value) if place.kind == "uri" else _path_fault(place, value)


def absolute(place: Place, value: str) -> str:
    """`value` as the step receives it: a relative path starts at the project's folder, wherever the step runs."""
    if place.kind == "uri" or value == "" or _scheme(value) is not None:
        return value
    return str(Path(place.base) / value)


def _path_fault(place: Place, value: str) -> str | None:
    scheme = _scheme(value)
    if scheme in STORE_SCHEMES:
        return None
    if scheme is not None:
        return (
            f"must be a path, or an address in the artifact store ({_listed(STORE_SCHEMES)}), not a {scheme}: address."
        )
    try:
        real = Path(absolute(place, value)).resolve()
    except (OSError, RuntimeError, ValueError):
        return "is not a path that can be followed."
    if any(real.is_relative_to(Path(root).resolve()) for root in place.roots):
        return None
    return (
        "must lie in the project's folder, in the artifact store or among the uploaded data sets; "
        "or connect it to the output of another step."
    )


def _uri_fault(value: str) -> str | None:
    scheme = _scheme(value)
    if scheme not in URI_SCHEMES:
        return f"must be an address that begins with {_listed(URI_SCHEMES)}."
    try:
        host = urlsplit(value).hostname or ""
    except ValueError:
        return "is not an address that can be read."
    return "must not lead to a link-local address, which only machines use." if _is_link_local(host) else None


def _scheme(value: str) -> str | None:
    found = _SCHEME.match(value)
    return found["scheme"].lower() if found else None


def _is_link_local(host: str) -> bool:
    """Also in the other ways to write an IPv4 address (2852039166, 0xa9.0376.43518, ::ffff:169.254.169.254). Names are
    not looked up here."""
    address = _address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address is not None and address.is_link_local


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """None: it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        parts = [_number(part) for part in host.removesuffix(".").split(".")]
    numbers = [part for part in parts if part is not None]
    if len(numbers) < len(parts) or len(numbers) > 4:
        return None
    *heads, last = numbers
    value = sum(head << 8 * (3 - place) for place, head in enumerate(heads)) + last
    return ipaddress.IPv4Address(value) if value < 2**32 else None


def _number(part: str) -> int | None:
    """As the C library reads a part of an address: 0x is hexadecimal, 0 octal. None: not a number."""
    if not re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,16}", part):
        return None
    try:
        return int(part, 16 if part[:2] in ("0x", "0X") else 8 if part[0] == "0" else 10)
    except ValueError:
        return None


def _listed(schemes: tuple[str, ...]) -> str:
    return ", ".join(f"{scheme}:" for scheme in schemes)
