"""Source code of a user's function -> the ports and arguments of the step that runs it. The source is only parsed:
nothing of it is ever evaluated here."""

from octopus.catalog.signature.read import read_signature
from octopus.catalog.signature.signature import Signature, SignatureFault

__all__ = ["Signature", "SignatureFault", "read_signature"]
