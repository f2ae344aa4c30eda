"""The code that exports carry with them, one module per concern; `assemble` puts them into one file.

Of all this the server imports only `model`, and nothing here imports octopus: an export runs where only MLflow is. The
modules import one another and the standard library at the top, MLflow inside functions; no name is there twice.
"""
