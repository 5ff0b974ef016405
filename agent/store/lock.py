"""One writer at a time: a lock on a file beside the SQLite file, or PostgreSQL's advisory lock."""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine

from agent.store.dialect import READING, create_private, sqlite_file, try_advisory_lock
from bbm_core.errors import LockHeld


class Lock(Protocol):
    """Held from its making until `release`, and never longer than its process lives."""

    def release(self) -> None: ...


def take_lock(engine: Engine) -> Lock:
    """Take the lock or raise `LockHeld`; the kernel or the server frees it when we die."""
    if engine.dialect.name == "postgresql":
        return AdvisoryLock(engine)
    path = sqlite_file(engine.url)
    if path is None:
        return NoLock()
    # Two paths that lead to one file must lead to one lock.
    path = path.resolve()
    return FileLock(path.with_name(f"{path.name}.lock"))


class FileLock:
    """An exclusive `flock`; the file holds the id of the process, for people only."""

    def __init__(self, path: Path) -> None:
        create_private(path)
        self._file = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._file, 32, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            raise _held(f"process {holder}" if holder else "another process") from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        # The file stays: removing it would let two processes lock two files of the same name.
        os.ftruncate(self._file, 0)
        os.close(self._file)


class AdvisoryLock:
    """PostgreSQL's advisory lock, on a connection of its own that stays open."""

    def __init__(self, engine: Engine) -> None:
        # Without autocommit the session would sit in a transaction for as long as the agent runs.
        options = {READING: True, "isolation_level": "AUTOCOMMIT"}
        self._connection: Connection = engine.connect().execution_options(**options)
        if not try_advisory_lock(self._connection):
            self.release()
            raise _held("another session")

    def release(self) -> None:
        # Back in the pool the session would keep the lock; only its end frees it.
        self._connection.invalidate()
        self._connection.close()


class NoLock:
    """A state in memory has no one to share with."""

    def release(self) -> None:
        return


def _held(holder: str) -> LockHeld:
    return LockHeld(
        f"Another run is at work on this state ({holder}).",
        hint="Wait until it has finished, or stop it.",
        code="BBM-STORE-004",
    )
