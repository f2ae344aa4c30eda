"""Named like the program that runs it."""

WHOSE = "the project's octopus"
