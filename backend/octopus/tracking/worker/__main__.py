"""`python -m octopus.tracking.worker`: requests on stdin -> replies on stdout, until stdin ends."""

from octopus.tracking.worker.main import main

main()
