"""Reuse: whether an earlier result may stand in for a step run that is about to start, and if not, why."""
