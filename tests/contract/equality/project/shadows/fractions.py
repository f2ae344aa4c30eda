"""Named like a module of the standard library."""

WHOSE = "the project's fractions"
