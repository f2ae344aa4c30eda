"""Texts of a document -> comments of a program: nothing in them can end the comment or hide what it says."""


def shown(text: str) -> str:
    """On one line; characters that cannot be seen, or that turn text around, become `?`."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def commented(text: str) -> str:
    """Every line behind `#`; "" for the empty text."""
    return "".join(f"# {shown(line)}".rstrip() + "\n" for line in text.splitlines())
