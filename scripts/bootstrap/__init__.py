"""Turns a bare checkout into an installed one, doing only what has changed since the last time.

Standard library only: it runs before anything is installed.
"""
