"""A project's files: which ones count, their digest, their environment's digest, their git revision, a frozen copy.

What enters a fingerprint and what a run freezes is decided here. Reads files and asks git; runs nothing of the project.
"""

from octopus.catalog.project_files.digest import RememberedDigests, project_digest
from octopus.catalog.project_files.environment import environment_digest
from octopus.catalog.project_files.git import git_revision
from octopus.catalog.project_files.snapshot import snapshot, working_copy

__all__ = ["RememberedDigests", "environment_digest", "git_revision", "project_digest", "snapshot", "working_copy"]
