"""Docstrings of the public Python names -> the pages of docs/reference, as Markdown. Imports none of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import griffe

from scripts.docs_tables import cell, table
from scripts.paths import ROOT

BACKEND = ROOT / "backend"
_TITLE = re.compile(r'title(?:, retry_after_s)? = \d+, "\w+", "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """`modules`: whose exported names stand on the page, in this order. `first`: names that come before the others.
    `twins`: classes whose members are those of another one that is on the page."""

    name: str
    title: str
    intro: str
    modules: tuple[str, ...]
    first: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()


PAGES = (
    Page(
        "python",
        "Pipelines from Python",
        "What `import octopus` offers; [the guide](../guides/python.md) shows it at work. Calls of `Client` and `Run` "
        "wait for their answer; `AsyncClient` and `AsyncRun` have the same calls, to be awaited.",
        ("octopus",),
        ("Pipeline", "StepHandle", "Port", "Run", "Client", "AsyncRun", "AsyncClient"),
        ("AsyncRun", "AsyncClient"),
    ),
    Page(
        "values",
        "What runs and plans are made of",
        "Frozen values that `octopus.Run` and `octopus.Client` answer with; the REST API sends the same.",
        ("octopus.domain.run", "octopus.domain.event", "octopus.domain.problem", "octopus.compiler.describe"),
    ),
    Page(
        "flow",
        "Flows of Python functions",
        "What `octopus.flow` and its modules `types`, `callbacks` and `api` export.",
        ("octopus.flow", "octopus.flow.types", "octopus.flow.callbacks", "octopus.flow.api"),
    ),
    Page("steps", "Steps in Python", "What the author of a step imports from `octopus.steps`.", ("octopus.steps",)),
)


def reference_pages() -> Iterator[tuple[str, str]]:
    """Per page its name and text."""
    loader = griffe.GriffeLoader(search_paths=[str(BACKEND)], docstring_parser=griffe.Parser.google)
    loader.load("octopus", try_relative_path=False)
    loader.resolve_aliases(implicit=True)
    for page in PAGES:
        yield page.name, _page(page, loader)


def _page(page: Page, loader: griffe.GriffeLoader) -> str:
    found: dict[str, griffe.Object] = {}
    for module in page.modules:
        for name, one in _exported(loader.modules_collection[module]):
            found[_heading(name, one, module, found)] = one
    names = [*page.first, *(name for name in found if name not in page.first)]
    parts = [
        f"# {page.title}\n",
        "<!-- Written by `make generate` from the docstrings in backend/octopus; do not edit. -->\n",
        f"{page.intro}\n",
        *(part for name in names for part in _object(name, found[name], name not in page.twins)),
        *_errors(found),
    ]
    return "\n".join(parts)


def _heading(name: str, one: griffe.Object, module: str, found: dict[str, griffe.Object]) -> str:
    """With its module if another thing has the name already."""
    return name if found.get(name, one) is one else f"{module.rpartition('.')[2]}.{name}"


def _exported(module: griffe.Object | griffe.Alias) -> Iterator[tuple[str, griffe.Object]]:
    """By `__all__`, else every public class that is defined there."""
    said = [name for name in module.exports or () if isinstance(name, str) and not name.startswith("_")]
    is_stub = module.path == "octopus"
    names = said or [
        name
        for name, one in module.members.items()
        if not name.startswith("_") and one.is_alias is is_stub and one.is_class
    ]
    for name in names:
        member = module.members.get(name)
        if member is None:
            continue
        target = member.final_target if isinstance(member, griffe.Alias) else member
        if isinstance(target, griffe.Class | griffe.Function | griffe.Attribute):
            yield name, target


def _errors(found: dict[str, griffe.Object]) -> Iterator[str]:
    """One table; docs/errors.md explains the codes of those that have one."""
    rows = [
        (f"`{name}`", ", ".join(f"`{base}`" for base in one.bases), _said_of(one))
        for name, one in found.items()
        if isinstance(one, griffe.Class) and _is_an_error(one)
    ]
    if rows:
        yield "## Errors\n"
        if "OctopusError" in found:
            yield "Each kind of `OctopusError` has `detail`, `code` and `problems`; [their codes](../errors.md).\n"
        yield table(("error", "a kind of", "says"), rows)


def _said_of(error: griffe.Class) -> str:
    """Its title, and what its docstring adds."""
    title = _TITLE.search(error.source)
    words = [f"{title[1]}."] if title else []
    return " ".join([*words, *([cell(error.docstring.value)] if error.docstring else [])])


def _object(name: str, one: griffe.Object, with_members: bool) -> Iterator[str]:
    if isinstance(one, griffe.Class):
        yield from () if _is_an_error(one) else _class(name, one, with_members)
    elif isinstance(one, griffe.Function):
        yield f"## {name}\n"
        yield from _function(name, one)
    elif one.docstring is not None:
        yield f"## {name}\n"
        yield from _text(one.docstring)


def _class(name: str, one: griffe.Class, with_members: bool) -> Iterator[str]:
    yield f"## {name}\n"
    made_by = one.all_members.get("__init__")
    if isinstance(made_by, griffe.Function):
        yield f"```python\n{_signature(name, made_by)}\n```\n"
    if one.docstring is not None:
        yield from _text(one.docstring)
    yield from _fields(one)
    for member_name, member in _members(one) if with_members else ():
        yield f"### {name}.{member_name}\n"
        yield from _member(member_name, member)


def _members(one: griffe.Class) -> Iterator[tuple[str, griffe.Object]]:
    """Documented methods and properties, inherited ones too, in the order of the sources."""
    for name, member in one.all_members.items():
        target = member.final_target if isinstance(member, griffe.Alias) else member
        is_call = isinstance(target, griffe.Function) or (isinstance(target, griffe.Attribute) and _is_property(target))
        if is_call and not name.startswith("_") and target.docstring is not None and target.path.startswith("octopus."):
            yield name, target


def _member(name: str, member: griffe.Object) -> Iterator[str]:
    if isinstance(member, griffe.Function):
        yield from _function(name, member)
    elif member.docstring is not None:
        yield from _text(member.docstring)


def _function(name: str, function: griffe.Function) -> Iterator[str]:
    yield f"```python\n{_signature(name, function)}\n```\n"
    if function.docstring is not None:
        yield from _text(function.docstring)


def _fields(one: griffe.Class) -> Iterator[str]:
    """Of a value: its annotated fields with their defaults."""
    rows = [
        (
            f"`{name}`",
            f"`{cell(_plain(member.annotation))}`",
            "" if member.value is None else f"`{cell(str(member.value))}`",
        )
        for name, member in one.members.items()
        if isinstance(member, griffe.Attribute)
        and not name.startswith("_")
        and member.annotation is not None
        and not _is_property(member)
    ]
    if rows and "__init__" not in one.members:
        yield table(("field", "type", "default"), rows)


def _signature(name: str, function: griffe.Function) -> str:
    parameters = [one for one in function.parameters if one.name not in ("self", "cls")]
    shown: list[str] = []
    for index, one in enumerate(parameters):
        before = parameters[index - 1].kind if index else None
        if one.kind is griffe.ParameterKind.keyword_only and before not in _AFTER_A_STAR:
            shown.append("*")
        stars = _STARS.get(one.kind, "") if one.kind is not None else ""
        annotation = f": {_plain(one.annotation)}" if one.annotation is not None else ""
        default = f" = {one.default}" if one.default is not None and not stars else ""
        shown.append(f"{stars}{one.name}{annotation}{default}")
    answers = "" if function.returns is None or function.name == "__init__" else f" -> {_plain(function.returns)}"
    line = f"{name}({', '.join(shown)}){answers}"
    if len(line) <= 100:
        return line
    return f"{name}(\n" + "".join(f"    {one},\n" for one in shown) + f"){answers}"


_STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
_AFTER_A_STAR = (griffe.ParameterKind.keyword_only, griffe.ParameterKind.var_positional)


def _plain(annotation: object) -> str:
    """Without the quotes around one that is only read by type checkers."""
    text = str(annotation)
    return text[1:-1] if text[:1] in ("'", '"') and text[-1:] == text[:1] else text


def _text(docstring: griffe.Docstring) -> Iterator[str]:
    for section in docstring.parsed:
        yield from _section(section)


def _section(section: griffe.DocstringSection) -> Iterator[str]:
    if isinstance(section, griffe.DocstringSectionText):
        yield f"{section.value.strip()}\n"
    elif isinstance(section, griffe.DocstringSectionAdmonition):
        yield f"```pycon\n{_without_directives(section.value.description)}\n```\n"
    elif isinstance(section, griffe.DocstringSectionExamples):
        for kind, text in section.value:
            is_code = kind is griffe.DocstringSectionKind.examples
            yield f"```pycon\n{_without_directives(text)}\n```\n" if is_code else f"{text}\n"
    elif isinstance(section, griffe.DocstringSectionParameters | griffe.DocstringSectionAttributes):
        yield table(("name", "meaning"), [(f"`{one.name}`", cell(one.description)) for one in section.value])
    elif isinstance(section, griffe.DocstringSectionReturns | griffe.DocstringSectionYields):
        yield f"Answers: {' '.join(cell(one.description) for one in section.value)}\n"
    elif isinstance(section, griffe.DocstringSectionRaises):
        yield table(("raises", "when"), [(f"`{one.annotation}`", cell(one.description)) for one in section.value])


def _without_directives(code: str) -> str:
    return "\n".join(line.partition("  # doctest:")[0] for line in code.strip().splitlines())


def _is_property(member: griffe.Attribute) -> bool:
    return "property" in member.labels


def _is_an_error(one: griffe.Class) -> bool:
    return any(str(base) in ("Exception", "ValueError", "OctopusError") for base in one.bases)
