"""Chaos: servers, supervisors and steps are killed at random while pipelines run and clients reconnect; afterwards it
is checked what octopus promises. `make chaos` runs it for as long as one likes; the tests beside it are single rows."""
