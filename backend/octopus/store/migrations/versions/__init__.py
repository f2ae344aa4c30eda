"""One module per revision, applied in order; a released one is never edited."""
