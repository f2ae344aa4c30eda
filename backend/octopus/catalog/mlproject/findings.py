"""What was found wrong with an MLproject file: errors that refuse it and warnings that do not, in the file's order."""

from enum import StrEnum

from octopus.domain.errors import InvalidProject
from octopus.domain.problem import Problem, Severity


class ProjectFault(StrEnum):
    """Every code; docs/projects.md explains each."""

    FOLDER_NOT_USABLE = "folder_not_usable"
    NO_MLPROJECT = "no_mlproject"
    INVALID_YAML = "invalid_yaml"
    OVER_LIMIT = "over_limit"
    WRONG_SHAPE = "wrong_shape"
    UNKNOWN_FIELD = "unknown_field"
    INVALID_NAME = "invalid_name"
    NO_ENTRY_POINTS = "no_entry_points"
    UNSUPPORTED_ENVIRONMENT = "unsupported_environment"
    ENVIRONMENT_NOT_BUILT = "environment_not_built"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    UNSAFE_COMMAND = "unsafe_command"
    UNKNOWN_TYPE = "unknown_type"
    INVALID_DEFAULT = "invalid_default"
    INVALID_PORT = "invalid_port"


Place = tuple[str | int, ...]
"""Keys from the top of the file, `("entry_points", "train", "command")`."""

FINDINGS_SHOWN = 100


class Findings:
    """Collected while one file is read."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def error(self, code: ProjectFault, place: Place, message: str) -> None:
        self._add("error", code, place, message)

    def warn(self, code: ProjectFault, place: Place, message: str) -> None:
        self._add("warning", code, place, message)

    def _add(self, severity: Severity, code: ProjectFault, place: Place, message: str) -> None:
        self._found.append(Problem(code=code, severity=severity, message=message, pointer=pointer(place)))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(one for one in self._found if one.severity == "warning")[:FINDINGS_SHOWN]

    def raise_errors(self) -> None:
        """Raises InvalidProject if there is an error."""
        errors = [one for one in self._found if one.severity == "error"]
        if errors:
            more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
            raise InvalidProject(f"The MLproject file: {errors[0].message}{more}", problems=errors[:FINDINGS_SHOWN])


def refusal(code: ProjectFault, message: str, place: Place = ()) -> InvalidProject:
    """The error of a project in which nothing more can be looked for."""
    return InvalidProject(message, problems=[Problem(code=code, message=message, pointer=pointer(place))])


def pointer(place: Place) -> str:
    """JSON pointer (RFC 6901)."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in place)
