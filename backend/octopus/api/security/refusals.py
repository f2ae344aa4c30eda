"""Why a request is turned away before any route sees it. Errors like those of the domain, each with its HTTP status."""

from octopus.domain.errors import OctopusError


class NotAuthenticated(OctopusError):
    status, code, title = 401, "not_authenticated", "No valid access token"


class ForeignOrigin(OctopusError):
    status, code, title = 403, "foreign_origin", "The request comes from a foreign page"


class UnknownHost(OctopusError):
    status, code, title = 421, "unknown_host", "The server is not known under this Host"


class UnsupportedBody(OctopusError):
    status, code, title = 415, "unsupported_body", "The body is not of a type this call takes"


class UnreadableRange(OctopusError):
    status, code, title = 416, "range_not_satisfiable", "No such part of the file"


class UnreadableBody(OctopusError):
    status, code, title = 400, "unreadable_body", "The body cannot be read"
