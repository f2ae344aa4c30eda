"""The names of the files in an environment's folder: the contract between the server and the process that builds it.
Imports nothing: the builder has no use for the server."""

RECIPE = "recipe.json"
"""What is to be built: `{"manager", "kind", "file", "place", "keeps_place"}`, of which `place` is the folder with the
project's files, and whether it is to stay there. Written before the builder starts."""
PROJECT = "project"
"""A copy of the project's files: what is installed from a path, or in place, stays there."""
BUILD = "build"
"""The directory of the supervised process that builds, laid out like an attempt's."""
LOG = "build.log"
"""Every command of the build and all it printed, for a person."""
FAILURE = "failure.txt"
"""Why it could not be built, in one line."""
PACKAGES = "packages.txt"
"""What was installed, with versions."""
MARKER = "environment.json"
"""`{"name", "manager", "python"}`. Appears whole, as the last thing that the builder does: without it the environment
is half a one."""
EVENTS_VARIABLE = "OCTOPUS_EVENTS"
"""Names the file to which the builder appends what it is doing, as a step does."""
