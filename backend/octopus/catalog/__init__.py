"""Which step types exist: their ports, the JSON Schema of their parameters, the entry point behind each."""
