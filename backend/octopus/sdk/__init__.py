"""octopus for Python programs: build pipelines, run them here or on a server, and read what they leave behind.

The names are exported by `octopus` itself: `from octopus import Pipeline, Client`.
"""
