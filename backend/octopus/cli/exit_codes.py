"""What the exit codes of `octopus` mean."""

USAGE = 2
DATA_DIRECTORY = 3
DATABASE = 4

TABLE = (
    (0, "it went well"),
    (1, "an unforeseen mistake"),
    (USAGE, "a wrong option, or the port is in use"),
    (DATA_DIRECTORY, "the data directory cannot be used, or another server uses it"),
    (DATABASE, "the database cannot be opened"),
)
