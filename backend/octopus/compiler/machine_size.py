"""MachineSize: how large the machine is on which steps run; a parameter of the checks, never looked up here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MachineSize:
    """`cpus`: cores that steps may use altogether."""

    cpus: int
