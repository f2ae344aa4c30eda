"""Backup and restore: one file that holds all that octopus knows, made while the server works, proven when put back."""
