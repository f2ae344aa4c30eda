"""Figures of octopus on the machine they are measured on: `python -m benchmarks` (or `make bench`)."""
