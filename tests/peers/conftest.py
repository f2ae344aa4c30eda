"""The programs that exports are made for, each in an environment of its own: too dear for every run of the tests.
`make peers` installs them and runs what is here."""

import os

collect_ignore_glob = [] if os.environ.get("OCTOPUS_PEERS") else ["test_*.py"]
