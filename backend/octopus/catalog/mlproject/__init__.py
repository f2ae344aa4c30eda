"""The text of a foreign MLproject file -> entries of the catalog, or what keeps it from being used, pinned to the place
in the file. Runs nothing of the project."""
