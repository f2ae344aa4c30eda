"""The log of an attempt: its writer, its reader, and what its last words tell."""
