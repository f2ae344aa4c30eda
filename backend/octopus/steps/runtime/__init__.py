"""The mechanism of the step library: a typed Python function in, ports, form, help text, entry point and a run out."""
