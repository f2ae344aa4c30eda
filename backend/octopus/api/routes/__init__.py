"""The calls of the REST API, one module per thing. Each asks a service and hands on its answer; no rules inside."""
