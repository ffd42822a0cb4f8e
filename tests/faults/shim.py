"""A SQLite VFS around the system's own: it sees every write, sync and deletion of a file, and can make one fail.

SQLite calls a VFS through tables of C functions.  Ours are copies of the system's, in which the functions that change
files lead here first.  It becomes the default of the process, so whatever the program opens afterwards goes through it.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_int64, c_void_p, cast, memmove, sizeof
from dataclasses import dataclass
from typing import Any

OK = 0
_OPEN_CREATE = 0x4


@dataclass(frozen=True)
class Call:
    """One call that changes files: ``create``, ``write``, ``truncate``, ``sync`` or ``delete``.

    ``offset`` is the new size of a truncation; ``synced`` says whether a deletion syncs the folder.
    """

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""
    synced: bool = False


#: Hears of a call before it is made; a result other than OK is returned to SQLite instead of making it.
Listener = Callable[[Call], int]


class _Methods(Structure):
    _fields_ = (
        ("iVersion", c_int),
        *((name, c_void_p) for name in ("xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize")),
        *((name, c_void_p) for name in ("xLock", "xUnlock", "xCheckReservedLock", "xFileControl", "xSectorSize")),
        *((name, c_void_p) for name in ("xDeviceCharacteristics", "xShmMap", "xShmLock", "xShmBarrier")),
        *((name, c_void_p) for name in ("xShmUnmap", "xFetch", "xUnfetch")),
    )


class _File(Structure):
    _fields_ = (("pMethods", POINTER(_Methods)),)


class _Vfs(Structure):
    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        *((name, c_void_p) for name in ("xOpen", "xDelete", "xAccess", "xFullPathname", "xDlOpen", "xDlError")),
        *((name, c_void_p) for name in ("xDlSym", "xDlClose", "xRandomness", "xSleep", "xCurrentTime")),
        *((name, c_void_p) for name in ("xGetLastError", "xCurrentTimeInt64", "xSetSystemCall")),
        *((name, c_void_p) for name in ("xGetSystemCall", "xNextSystemCall")),
    )


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_CLOSE = CFUNCTYPE(c_int, POINTER(_File))
_WRITE = CFUNCTYPE(c_int, POINTER(_File), c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, POINTER(_File), c_int64)
_SYNC = CFUNCTYPE(c_int, POINTER(_File), c_int)


class _Shim:
    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        # Through the module itself: whatever library it is linked with is the one in use.
        self.library = ctypes.CDLL(_sqlite3.__file__)
        self.library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        self.system = self.library.sqlite3_vfs_find(None)
        self.names: dict[int, str] = {}
        self.tables: dict[int, _Methods] = {}
        self.kept_alive: list[Any] = []
        self.vfs = _Vfs()
        memmove(byref(self.vfs), self.system, sizeof(_Vfs))
        self.vfs.zName = b"shim"
        self.system_open = cast(self.system.contents.xOpen, _OPEN)
        self.system_delete = cast(self.system.contents.xDelete, _DELETE)
        self.vfs.xOpen = self._pointer(_OPEN, self.open)
        self.vfs.xDelete = self._pointer(_DELETE, self.delete)

    def _pointer(self, kind: Any, function: Callable[..., int]) -> int | None:
        callback = kind(function)
        self.kept_alive.append(callback)
        return cast(callback, c_void_p).value

    def register(self) -> None:
        assert self.library.sqlite3_vfs_register(byref(self.vfs), 1) == OK

    def unregister(self) -> None:
        assert self.library.sqlite3_vfs_register(self.system, 1) == OK
        self.library.sqlite3_vfs_unregister(byref(self.vfs))

    def open(self, _vfs: int, name: int, file: Any, flags: int, out_flags: int) -> int:
        text = ctypes.string_at(name).decode("utf-8") if name else ""
        new = bool(text and flags & _OPEN_CREATE and not _exists(text))
        if new and (code := self.listener(Call("create", text))):
            file.contents.pMethods = POINTER(_Methods)()
            return code
        code = int(self.system_open(cast(self.system, c_void_p), name, file, flags, out_flags))
        if code == OK and text and file.contents.pMethods:
            self.names[ctypes.addressof(file.contents)] = text
            file.contents.pMethods = ctypes.pointer(self._table(file.contents.pMethods))
        return code

    def delete(self, _vfs: int, name: bytes, sync_folder: int) -> int:
        text = name.decode("utf-8")
        if _exists(text) and (code := self.listener(Call("delete", text, synced=bool(sync_folder)))):
            return code
        return int(self.system_delete(cast(self.system, c_void_p), name, sync_folder))

    def _table(self, original: Any) -> _Methods:
        """Return a copy of a table of methods whose changing functions lead here first."""
        address = ctypes.addressof(original.contents)
        if address in self.tables:
            return self.tables[address]
        table = _Methods()
        memmove(byref(table), original, sizeof(_Methods))
        close, write = cast(table.xClose, _CLOSE), cast(table.xWrite, _WRITE)
        truncate, sync = cast(table.xTruncate, _TRUNCATE), cast(table.xSync, _SYNC)

        def name_of(file: Any) -> str:
            return self.names[ctypes.addressof(file.contents)]

        def shim_close(file: Any) -> int:
            self.names.pop(ctypes.addressof(file.contents), None)
            return int(close(file))

        def shim_write(file: Any, data: int, amount: int, offset: int) -> int:
            code = self.listener(Call("write", name_of(file), offset, ctypes.string_at(data, amount)))
            return code or int(write(file, data, amount, offset))

        def shim_truncate(file: Any, size: int) -> int:
            return self.listener(Call("truncate", name_of(file), size)) or int(truncate(file, size))

        def shim_sync(file: Any, flags: int) -> int:
            return self.listener(Call("sync", name_of(file))) or int(sync(file, flags))

        table.xClose = self._pointer(_CLOSE, shim_close)
        table.xWrite = self._pointer(_WRITE, shim_write)
        table.xTruncate = self._pointer(_TRUNCATE, shim_truncate)
        table.xSync = self._pointer(_SYNC, shim_sync)
        self.tables[address] = table
        return table


def _exists(name: str) -> bool:
    from pathlib import Path

    return Path(name).exists()


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Lead all files that SQLite opens inside through ``listener``; they must be closed before the end."""
    shim = _Shim(listener)
    shim.register()
    try:
        yield
    finally:
        shim.unregister()
        assert not shim.names, "a file is still open"
