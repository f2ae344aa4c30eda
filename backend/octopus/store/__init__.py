"""Everything octopus remembers: the data directory, its SQLite database, and the stores of runs and pipelines.

Values of the domain go in and come out; rows and sessions never leave this package.
"""
