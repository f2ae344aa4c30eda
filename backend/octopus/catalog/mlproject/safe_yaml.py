"""YAML text -> plain values, within limits that are kept before anything is built: size, depth, no aliases (a few lines
of them can stand for gigabytes), no key twice, no tags of programming languages."""

from typing import Any

import yaml

from octopus.catalog.mlproject.findings import ProjectFault, refusal
from octopus.domain.errors import InvalidProject

SIZE_LIMIT_BYTES = 256 * 1024
"""A hundred entry points with long texts take a tenth of it."""
DEPTH_LIMIT = 20
"""MLflow's own fields need four levels."""

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def load(data: bytes) -> object:
    """The one document in `data`, None if it is empty. Raises InvalidProject: what is wrong and in which line."""
    if len(data) > SIZE_LIMIT_BYTES:
        raise refusal(
            ProjectFault.OVER_LIMIT,
            f"The MLproject file is larger than {SIZE_LIMIT_BYTES // 1024} KiB; no such file is.",
        )
    try:
        text = data.decode("utf-8-sig")
        _keep_limits(text)
        node = yaml.compose(text, Loader=_LOADER)
        _refuse_double_keys(node)
        return yaml.load(text, Loader=_LOADER)  # noqa: S506  # a SafeLoader, the C one where it is there
    except UnicodeDecodeError as error:
        raise refusal(ProjectFault.INVALID_YAML, f"The MLproject file is not UTF-8 (byte {error.start}).") from error
    except yaml.MarkedYAMLError as error:
        raise _invalid(error.problem_mark, error.problem or error.context or "it cannot be read") from error
    except (yaml.YAMLError, ValueError) as error:
        raise refusal(ProjectFault.INVALID_YAML, f"The MLproject file is not valid YAML: {error}.") from error


def _keep_limits(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise _invalid(event.start_mark, "aliases (*name) are not supported; write the value out")
        depth += isinstance(event, _OPENING)
        depth -= isinstance(event, _CLOSING)
        if depth > DEPTH_LIMIT:
            raise _invalid(event.start_mark, f"values are nested deeper than {DEPTH_LIMIT} levels")


def _refuse_double_keys(node: yaml.Node | None) -> None:
    """YAML forbids a key twice; the parser would take the last one and say nothing."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise _invalid(key.start_mark, f"the key {key.value!r} is there twice")
            seen.add(str(key.value))
            _refuse_double_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_double_keys(item)


def _invalid(mark: Any, what: str) -> InvalidProject:
    """`mark`: where; PyYAML has two classes of them, one per parser."""
    where = f", line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
    return refusal(ProjectFault.INVALID_YAML, f"The MLproject file is not valid YAML{where}: {what}.")
