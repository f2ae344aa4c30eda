"""Uploaded files that the step `ingest` can read."""
