"""What all parts of a drawing have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar


class Part:
    """What can be read like a dictionary too: `part["label"]` is `part.label`; further keywords are found as well."""

    KIND: ClassVar[str]
    extra: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        if name == "_type":
            return self.KIND
        if name in self.__dict__:
            return self.__dict__[name]
        return self.extra[name]

    def _fill(self, values: Mapping[str, Any]) -> None:
        """The one moment at which a frozen value gets its contents."""
        for name, value in values.items():
            if name not in ("self", "__class__"):
                object.__setattr__(self, name, value)
