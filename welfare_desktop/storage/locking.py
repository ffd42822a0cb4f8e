"""Who has a data file open: one window at a time writes into it for a whole session.

SQLite's own locks last for one transaction.  They keep a file whole, but do not tell the second person that the first
one is at work.  So a window holds a lock of the operating system on a file beside the data file (``.name.lock``) as
long as it has it open; the same file says in JSON who it is and since when.  The lock belongs to the process: it is
gone when the program is, however that ended, and what stands in the file is then only a trace that the next one
overwrites.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from welfare_desktop.domain.errors import StoreBusy

from .connecting import is_there
from .failures import store_error

#: File systems that other computers reach too; SQLite's locks are not to be relied on there.
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|ncpfs|afs|9p|ceph|davfs|glusterfs|fuse\.(sshfs|gvfsd-fuse|davfs2?|rclone|.*smb.*)"
)
_DRIVE_REMOTE = 4
#: Where the locked byte lies: behind everything that is written, because Windows lets nobody read a locked one.
_LOCKED_BYTE = 1 << 30
#: How often the lock file may be replaced under our hands before something is plainly wrong.
_TRIES = 20


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Who has a file open.  ``since`` is aware; None where neither the trace nor the file system tells."""

    user: str
    host: str
    since: datetime | None

    def __str__(self) -> str:
        """Words for the screen: name, computer and local time."""
        at = f"（{self.since.astimezone():%Y-%m-%d %H:%M}から）" if self.since else ""
        return f"{self.user or '別の人'}{f'・{self.host}' if self.host else ''}{at}"


class Lock:
    """A held lock; let go with :meth:`release` or at the end of a ``with`` block."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go and take the trace away; a second call does nothing."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        if os.name == "posix":
            # Before the lock is gone: whoever finds the name free makes a new file, and whoever waits with the old
            # one in hand sees that it is not the one with the name any more.
            _remove(self.path)
            os.close(descriptor)
        else:
            os.close(descriptor)
            _remove(self.path)

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def lock_file(path: Path) -> Path:
    """Return the lock file of a data file."""
    return path.with_name(f".{path.name}.lock")


def acquire(path: Path, user: str = "") -> Lock | HeldBy:
    """Take the session lock of the data file at ``path``, or tell who has it.

    ``user`` is the name to leave for others (empty: the account's).  Raises StoreError when the lock file cannot be
    written there, as in a read-only folder.
    """
    is_there(path)  # refuses what cannot be the name of a file
    sidecar = lock_file(path)
    try:
        for _ in range(_TRIES):
            descriptor = os.open(sidecar, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
            try:
                taken = _lock(descriptor)
                if taken and _still_named(descriptor, sidecar):
                    _leave_trace(descriptor, user)
                    lock, descriptor = Lock(sidecar, descriptor), -1
                    return lock
                if not taken:
                    return _read_trace(sidecar)
            finally:
                if descriptor >= 0:
                    os.close(descriptor)
    except OSError as error:
        raise store_error(error, sidecar) from error
    return _read_trace(sidecar)


def hold(path: Path, user: str = "") -> Lock:
    """Take the session lock of the data file at ``path``; raises StoreBusy when somebody has it open.

    For what must not happen under anybody's hands: replacing the file, or writing to a file on a share.
    """
    lock = acquire(path, user)
    if isinstance(lock, HeldBy):
        raise StoreBusy(
            f"このファイルは{lock}が開いています。",
            code="W-211",
            where=str(path),
            next_step="閉じてもらってから、もう一度行ってください。何も変わっていません。",
        )
    return lock


def is_shared(path: Path, mounts: Path = Path("/proc/mounts")) -> bool:
    """Whether ``path`` lies on a network share or mapped drive, as far as the system tells.

    ``mounts`` lists what is mounted where, on systems that have such a list.
    """
    if sys.platform == "win32":
        return _is_remote_drive(path.absolute().drive)
    else:  # noqa: RET505 - the type checker leaves out the other system's half only when it is a half
        return _is_network_mount(path, mounts)


def _is_network_mount(path: Path, mounts: Path) -> bool:
    """Look up what kind of file system ``path`` lies on."""
    try:
        listed = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    place = path.absolute()
    with suppress(OSError):
        place = place.resolve()
    depth, kind = -1, ""
    for line in listed.splitlines():
        columns = line.split(" ")
        if len(columns) < 3:
            continue
        mount = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), columns[1]))
        if place.is_relative_to(mount) and len(mount.parts) >= depth:  # the later of two on one place covers it
            depth, kind = len(mount.parts), columns[2]
    return _NETWORK.fullmatch(kind) is not None


def _is_remote_drive(drive: str) -> bool:
    """Ask Windows about a drive (``Z:``); ``\\\\server\\share`` is remote by its looks."""
    remote = drive.startswith("\\\\")
    if sys.platform == "win32":
        import ctypes

        remote = remote or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE
    return remote


def _lock(descriptor: int) -> bool:
    """Lock an open lock file; False when another one holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _still_named(descriptor: int, sidecar: Path) -> bool:
    """Whether the locked file is the one that has the name, and not one its holder has just taken away."""
    if os.name != "posix":  # Windows deletes no file that somebody has open
        return True
    try:
        named = sidecar.stat()
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)


def _leave_trace(descriptor: int, user: str) -> None:
    trace = {
        "user": user or _account(),
        "host": _host(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "pid": os.getpid(),
    }
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps(trace, ensure_ascii=False).encode("utf-8"))


def _read_trace(sidecar: Path) -> HeldBy:
    """Read what the holder left; one that is just being written, or of another make, tells only its time."""
    since: datetime | None = None
    with suppress(OSError):
        since = datetime.fromtimestamp(sidecar.stat().st_mtime, UTC)
    try:
        trace = json.loads(sidecar.read_text(encoding="utf-8"))
        told = datetime.fromisoformat(trace["since"])
        return HeldBy(str(trace["user"]), str(trace["host"]), told if told.tzinfo else told.replace(tzinfo=UTC))
    except (OSError, ValueError, KeyError, TypeError):
        return HeldBy("", "", since)


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account database, as in a container or a service
        return ""


def _host() -> str:
    import platform

    return platform.node()


def _remove(sidecar: Path) -> None:
    with suppress(OSError):  # still there, it is only a trace without a lock
        sidecar.unlink()
