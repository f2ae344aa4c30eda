"""The reference of the public Python names: each of them stands there, whatever else has its name."""

from importlib import import_module

from scripts.paths import ROOT
from scripts.reference import PAGES


def test_every_name_that_flows_export_has_a_heading_or_a_row_of_its_own() -> None:
    (page,) = [one for one in PAGES if one.name == "flow"]
    text = (ROOT / "docs/reference/flow.md").read_text()
    things: dict[str, list[object]] = {}
    for module in map(import_module, page.modules):
        for name in module.__all__:
            others = things.setdefault(name, [])
            if all(getattr(module, name) is not other for other in others):
                place = f"{module.__name__.rpartition('.')[2]}.{name}" if others else name
                assert f"\n## {place}\n" in text or f"\n| `{place}` | `Exception`" in text, place
                others.append(getattr(module, name))
