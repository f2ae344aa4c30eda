"""Reference: text that stands for a value which is known later: a parameter of the pipeline, a metric of a step."""


class Reference(str):
    """`${params.<name>}` or `${steps.<id>.metrics.<name>}`; wherever a step's parameter stands, one of these may."""

    __slots__ = ()
