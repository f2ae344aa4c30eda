"""A flow in the browser: what is drawn and its executor, joined, behind octopus' own door."""
