"""Templates with their documents parsed like any other."""

from octopus.catalog import templates as files
from octopus.compiler.parse import parse
from octopus.domain.base import Value
from octopus.domain.errors import NotFound
from octopus.domain.pipeline import PipelineDocument


class Template(Value):
    """A ready pipeline to start from."""

    id: str
    title: str
    description: str
    document: PipelineDocument


def all_templates() -> tuple[Template, ...]:
    """The simplest first."""
    return tuple(_view(template) for template in files.templates())


def find_template(template_id: str) -> Template:
    """NotFound if there is none."""
    found = files.template(template_id)
    if found is None:
        raise NotFound(f"There is no template {template_id!r}; there are {', '.join(files.ORDER)}.")
    return _view(found)


def _view(template: files.Template) -> Template:
    return Template(
        id=template.id, title=template.title, description=template.description, document=parse(template.document)
    )
