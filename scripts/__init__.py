"""What `make` runs: installing, generating, locking. None of it is part of the product."""
