"""Plain values -> YAML for people: in their own order, texts of several lines as they are, and nothing that hides."""

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Several lines as they are; nothing by reference."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = "|" if "\n" in text else None
    style = plain if all(map(_is_visible, text)) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def yaml_text(value: dict[str, Any]) -> str:
    written = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    # What is left of them stands between double quotes, where YAML knows escapes.
    return "".join(c if _is_visible(c) else f"\\U{ord(c):08x}" for c in written)


def _is_visible(character: str) -> bool:
    return character.isprintable() or character in "\n\t"
