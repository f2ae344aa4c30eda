"""Pipelines and runs as a notebook shows them: HTML and SVG text, every word of it escaped. Needs no IPython."""
