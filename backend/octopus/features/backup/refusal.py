"""The one error of this feature."""

from octopus.domain.errors import OctopusError


class BackupRefused(OctopusError):
    """`code`: backup_exists, backup_damaged, backup_too_new, directory_not_empty, cannot_read, cannot_write."""

    status, code, title = 409, "backup_refused", "The backup or restore was refused"
