"""What can be asked of a running octopus: the HTTP door and the Python SDK ask the same questions here."""
