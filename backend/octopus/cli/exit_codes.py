"""What the exit codes of `octopus` mean."""

USAGE = 2
DATA_DIRECTORY = 3
DATABASE = 4
RUN_FAILED = 5
RUN_CANCELLED = 6
PROBLEMS = 7
SERVER = 8
BACKUP = 9
UNWELL = 10
INTERRUPTED = 130

TABLE = (
    (0, "it went well (of a run: it succeeded)"),
    (1, "an unforeseen mistake"),
    (USAGE, "a wrong option or file, the port is in use, or what would be written is there already"),
    (DATA_DIRECTORY, "the data directory cannot be used, or another server uses it"),
    (DATABASE, "the database cannot be opened"),
    (RUN_FAILED, "the run failed"),
    (RUN_CANCELLED, "the run was cancelled"),
    (PROBLEMS, "the pipeline, or the project, has problems"),
    (SERVER, "the server does not answer, or refused"),
    (BACKUP, "the backup cannot be made, or the file is not a whole backup"),
    (UNWELL, "`octopus doctor` found something broken"),
    (INTERRUPTED, "interrupted by Ctrl+C or another polite signal, where no run is cancelled by it"),
)
