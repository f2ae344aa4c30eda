"""Leftovers: what lies in a data directory and nothing refers to any more; found, and deleted if that is wanted."""
