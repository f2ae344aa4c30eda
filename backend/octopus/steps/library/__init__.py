"""The built-in steps: one module, one decorated function each."""
