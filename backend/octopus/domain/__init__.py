"""The language of octopus: frozen values every other package speaks in. No IO, no clock, no framework but pydantic."""
