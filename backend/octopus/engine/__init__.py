"""The state machine of one run. Pure: a signal in, events and commands out; no IO, no clock, no asyncio."""
