"""Fakes of octopus' ports; the suites in tests/contract prove each equal to the real thing."""
