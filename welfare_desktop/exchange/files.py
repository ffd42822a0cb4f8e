"""Writing files so that the old one stays whole until the new one is: beside the target, then renamed into place."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from welfare_desktop.domain.errors import TargetInTheWay

_SAFE = "元のファイルはそのままです。"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: Windows' own words for "somebody has it open" and "disk full".
_WINDOWS_IN_USE = frozenset({32, 33})
_WINDOWS_FULL = frozenset({39, 112})
#: What every SQLite file begins with, a data file too.
_DATABASE = b"SQLite format 3\0"
#: How much of a path an error shows, in characters.
_LONGEST_SHOWN = 300
#: Python itself refuses a name no file can have, before the system sees it.
_NO_NAME = OSError(errno.EINVAL, os.strerror(errno.EINVAL))


@contextlib.contextmanager
def replacing(target: Path, *, force: bool = False) -> Iterator[Path]:
    """Yield a new empty file beside ``target`` to write; on leaving without an error it takes the target's place.

    An error inside leaves the target as it was and removes the new file.  An existing target is replaced only with
    ``force``.  Raises TargetInTheWay, before anything is written where that can be known: W-320 exists already, W-321
    folder missing, W-322 is a folder, W-323 open in another program, W-324 disk full, W-329 a data file, which
    ``force`` does not open either, W-327 not permitted, W-328 any other refusal of the system.  An ``OSError`` of the
    writing itself is told the same way.
    """
    try:
        final = Path(os.path.realpath(target))
        _check(final, target, force)
        fresh = _fresh_beside(final)
    except OSError as error:
        raise _told(error, target) from error
    except ValueError as error:
        raise _told(_NO_NAME, target) from error
    try:
        yield fresh
        _flush(fresh)
        _move(fresh, final, force)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        raise _told(error, target) from error
    finally:
        fresh.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing_all(targets: Sequence[Path], *, force: bool = False) -> Iterator[Mapping[Path, Path]]:
    """Yield a new empty file for every target; they take their places together, when all of them are written.

    An error inside leaves every target as it was.  Raises as :func:`replacing`, before anything is written.
    """
    with contextlib.ExitStack() as stack:
        yield {target: stack.enter_context(replacing(target, force=force)) for target in targets}


@contextlib.contextmanager
def folder_for_files(folder: Path) -> Iterator[None]:
    """Make sure that ``folder`` is there; one that was made in vain, because of an error inside, is taken away again."""
    try:
        made = not folder.exists()
    except OSError as error:
        raise _told(error, folder) from error
    make_folder(folder)
    try:
        yield
    except BaseException:
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def write_bytes(target: Path, content: bytes, *, force: bool = False) -> None:
    """Write a whole file; see :func:`replacing` for the errors."""
    with replacing(target, force=force) as fresh:
        fresh.write_bytes(content)


def make_folder(folder: Path) -> None:
    """Make a folder to write into, unless it is there; raises TargetInTheWay as :func:`replacing` does."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise _told(error, folder) from error
    except ValueError as error:
        raise _told(_NO_NAME, folder) from error


def _check(final: Path, target: Path, force: bool) -> None:
    where = str(target)
    if final.is_dir():
        raise TargetInTheWay(
            "指定した保存先はフォルダーです。何も書き込んでいません。",
            code="W-322",
            where=where,
            next_step="フォルダーの中のファイル名を指定してください。",
        )
    if not final.parent.is_dir():
        raise TargetInTheWay(
            "保存先のフォルダーがありません。何も書き込んでいません。",
            code="W-321",
            where=str(final.parent),
            next_step="フォルダーを作るか、別の保存先を選んでください。",
        )
    if final.exists():
        if not force:
            raise _exists(target)
        if final.is_file() and _is_database(final):
            raise TargetInTheWay(
                "書き出す先が保存ファイル（入力した内容そのもの）です。何も書き込んでいません。",
                code="W-329",
                where=where,
                next_step="別の名前で書き出してください。保存ファイルの上には書き出せません。",
            )
        if lock := _lock_of(final):
            raise _in_use(target, f"（目印のファイル {lock.name} があります）")


def _is_database(final: Path) -> bool:
    """Whether ``final`` is somebody's data: the years in it are not to be had again from what is written over it."""
    try:
        with final.open("rb") as file:
            return file.read(len(_DATABASE)) == _DATABASE
    except OSError:  # what cannot be read is told by the writing
        return False


def _exists(target: Path) -> TargetInTheWay:
    return TargetInTheWay(
        f"同じ名前のファイルがあります。{_SAFE}",
        code="W-320",
        where=str(target),
        next_step="別の名前にするか、上書きしてよければ上書きを指定（コマンドでは --force）してください。",
    )


def _in_use(target: Path, mark: str = "") -> TargetInTheWay:
    return TargetInTheWay(
        f"ファイルが Excel などで開かれているため書き込めません{mark}。{_SAFE}",
        code="W-323",
        where=str(target),
        next_step="開いている人に閉じてもらってから、もう一度書き出してください。別の名前で書き出すこともできます。",
    )


def _lock_of(final: Path) -> Path | None:
    """Return the file with which Excel or LibreOffice marks ``final`` as open, on a share by somebody else, too."""
    # Excel drops the first two letters of a long name to make room for its mark.
    names = (f"~${final.name}", f"~${final.name[2:]}", f".~lock.{final.name}#")
    return next((path for name in names if (path := final.with_name(name)).is_file()), None)


def _fresh_beside(final: Path) -> Path:
    """Create an empty file in the target's folder, with the usual permissions."""
    fresh = final.with_name(f".wd-{secrets.token_hex(6)}.tmp")
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    if final.exists():
        with contextlib.suppress(OSError):
            shutil.copymode(final, fresh)
    return fresh


def _flush(fresh: Path) -> None:
    """Make sure the content is on the disk before the name points to it."""
    with fresh.open("r+b") as file:
        os.fsync(file.fileno())


def _move(fresh: Path, final: Path, force: bool) -> None:
    if force:
        fresh.replace(final)
    else:
        _move_without_replacing(fresh, final)
    if sys.platform != "win32":
        # The rename itself lasts only once the folder is on the disk; not every file system can say so.
        with contextlib.suppress(OSError):
            folder = os.open(final.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _move_without_replacing(fresh: Path, final: Path) -> None:
    """Give ``fresh`` its name unless somebody took the name meanwhile; raises FileExistsError then."""
    if sys.platform == "win32":
        fresh.rename(final)
        return
    try:
        os.link(fresh, final)
    except FileExistsError:
        raise
    except OSError:
        # USB sticks have no links.
        if final.exists():
            raise FileExistsError(str(final)) from None
        fresh.rename(final)


def _told(error: OSError, target: Path) -> TargetInTheWay:
    """Return what the system refused in words for a clerk."""
    where = str(target)[:_LONGEST_SHOWN]
    windows = getattr(error, "winerror", None)
    if windows in _WINDOWS_IN_USE:
        return _in_use(target)
    if error.errno in _FULL or windows in _WINDOWS_FULL:
        return TargetInTheWay(
            f"ディスクに空きがないため書き込めませんでした。{_SAFE}",
            code="W-324",
            where=where,
            next_step="不要なファイルを片付けるか、別のドライブに保存してください。",
        )
    if isinstance(error, PermissionError):
        if sys.platform == "win32" and target.is_file():
            # Replacing a file that is open is refused as "access denied".
            return _in_use(target)
        return TargetInTheWay(
            f"この場所に書き込む権限がありません。{_SAFE}",
            code="W-327",
            where=where,
            next_step="ドキュメントなど、書き込める場所を選んでください。",
        )
    return TargetInTheWay(
        f"ファイルを書き込めませんでした（{error.strerror or type(error).__name__}）。{_SAFE}",
        code="W-328",
        where=where,
        next_step="ドライブや USB メモリーがつながっているか確かめ、別の保存先も試してください。",
    )
