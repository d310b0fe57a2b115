"""Files in a folder. A file appears under its name only when all of it is on the disk."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from app.errors import NotFound, StorageDown, StorageFull

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Folder:
    def __init__(self, path):
        self.root = Path(path)

    def save(self, stream, key):
        target = self.root / key
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._write(stream, target)
        except OSError as error:
            raise (StorageFull if error.errno in _NO_ROOM else StorageDown)() from error

    def _write(self, stream, target):
        number, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(number, "wb") as file:
                shutil.copyfileobj(stream, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def open(self, key, start=0):
        try:
            file = open(self.root / key, "rb")  # noqa: SIM115 - the reader closes it
        except FileNotFoundError:
            raise NotFound() from None
        file.seek(start)
        return file

    def delete(self, key):
        (self.root / key).unlink(missing_ok=True)
