"""Exports: a plan as a script or pipeline that runs without octopus."""
