"""Folders with a foreign MLproject that a user has registered: their entry points are step types of the catalog."""
