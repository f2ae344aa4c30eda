"""A step that does nothing."""
