"""Making and opening data files."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from welfare_desktop.domain.errors import StoreError
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Plan
from welfare_desktop.paths import resource
from welfare_desktop.storage.connecting import is_there
from welfare_desktop.storage.locking import HeldBy, Lock, acquire, hold, is_shared
from welfare_desktop.storage.opening import create_store, open_store
from welfare_desktop.storage.store import Connection, Operation

from .session import Session, new_id

if TYPE_CHECKING:
    from .plan_settings import PlanWords

#: The plan that ships with the program.
BUNDLED_PLAN = "yamaguchi_2018-2022.toml"


def default_who() -> str:
    """Return the name written into the history when nobody gave one: the account's."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account database, as in a container or a service
        return "利用者"


def new_file(
    path: Path, plan_file: Path | None = None, *, who: str = "", force: bool = False, exclusive: bool = False
) -> Session:
    """Make a data file from the bundled plan (or ``plan_file``) and open it; ``exclusive`` as in :func:`open_file`.

    Raises StoreError when something is in the way and NotAReport when the plan file is wrong; then nothing was made.
    """
    from welfare_desktop.exchange.plan_file import read_plan_file

    plan = read_plan_file(plan_file or resource("plans", BUNDLED_PLAN))
    operation = Operation("new", "計画から新しく作成", who or default_who())
    return create_from(plan, path, operation, force=force, exclusive=exclusive)


def new_empty(path: Path, words: PlanWords, *, who: str = "", force: bool = False, exclusive: bool = False) -> Session:
    """Make a data file of a plan that has a title and years and nothing else, and open it; as :func:`open_file`.

    Raises InvalidValue as ``operations.plan_settings.read_settings``, and StoreError; then nothing was made.
    """
    from .plan_settings import read_settings

    wanted = read_settings(words)
    plan = Plan(wanted.title, wanted.vision, wanted.first_year, wanted.last_year)
    operation = Operation("new", "新しい計画の作成", who or default_who())
    return create_from(plan, path, operation, force=force, exclusive=exclusive)


def create_from(
    plan: Plan, path: Path, operation: Operation, *, force: bool = False, exclusive: bool = False
) -> Session:
    """Make a data file that holds ``plan`` and open it; ``exclusive`` as in :func:`open_file`.

    Raises StoreBusy when a file that ``force`` would replace is open elsewhere.
    """
    from welfare_desktop.domain.matching import creating  # opening a file needs none of it

    return _made(path, creating(plan, new_id), operation, force=force, exclusive=exclusive)


def _made(
    path: Path,
    changes: Sequence[Change],
    operation: Operation,
    *,
    force: bool,
    exclusive: bool,
    dataset_id: str = "",
    also: Callable[[Connection, int], None] | None = None,
) -> Session:
    """Make a data file under its session lock where it is for a window, or where it replaces another file."""
    needs_lock = exclusive or (force and is_there(path))
    # A missing folder is told by the store: there, a lock file could not be written either.
    lock = hold(path, operation.who) if needs_lock and path.parent.is_dir() else None
    try:
        store = create_store(path, changes, operation, force=force, dataset_id=dataset_id, also=also)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    if lock is not None and not exclusive:
        lock.release()
        lock = None
    return Session(store, operation.who, lock=lock)


def open_file(
    path: Path, *, who: str = "", read_only: bool = False, exclusive: bool = False, check: bool = True
) -> Session:
    """Open a data file; raises StoreError, StoreTooNew, StoreDamaged or StoreBusy.

    ``exclusive`` is for a window: nobody else writes while it is open.  When somebody else has it, or the place
    cannot be written, the session is for viewing only, and ``held_by`` or ``opening_notes`` say why.  Without it a
    file on a share is refused while somebody has it open; on a local disk single edits may go on beside a window.
    ``check`` False shows a damaged file as far as it can be read, for viewing only.
    """
    name = who or default_who()
    if read_only or not check:
        return Session(open_store(path, read_only=True, check=check), name)
    if not is_there(path):
        open_store(path).close()  # says what is wrong before a lock file is left beside nothing
    if not exclusive:
        return _open_for_edits(path, name)
    try:
        lock = acquire(path, name)
    except StoreError as error:
        note = f"{error.message}見るだけで開きました。"
        return Session(open_store(path, read_only=True), name, notes=(note,))
    if isinstance(lock, HeldBy):
        return Session(open_store(path, read_only=True), name, held_by=lock)
    return _open_locked(path, name, lock)


def _open_for_edits(path: Path, name: str) -> Session:
    """Open for single edits: SQLite keeps them apart, where its locks can be relied on."""
    if is_shared(path):
        return _open_locked(path, name, hold(path, name))
    return Session(open_store(path), name)


def _open_locked(path: Path, name: str, lock: Lock) -> Session:
    try:
        return Session(open_store(path, locked=True), name, lock=lock)
    except BaseException:
        lock.release()
        raise


def new_from_package(
    path: Path, package: Path, *, who: str = "", force: bool = False, exclusive: bool = False
) -> Session:
    """Make a data file from a package (受渡しファイル) of another copy of the program and open it.

    It is the same plan: what is exported here can be merged there.  Raises FileRefused when the file is no package,
    StoreError when something is in the way; then nothing was made.
    """
    from welfare_desktop.domain.errors import FileRefused
    from welfare_desktop.domain.fields import from_json, key_from_text
    from welfare_desktop.domain.merging.returned import FileKind
    from welfare_desktop.exchange.returned import read_returned

    from .tracking import origin_record

    returned = read_returned(package)
    if returned.kind is not FileKind.PACKAGE:
        raise FileRefused(
            f"受渡しファイルではありません（{returned.kind.label}）。",
            code="W-331",
            where=package.name,
            next_step="本店の「受渡しファイルを書き出す」で作ったファイルを選んでください。何も変わっていません。",
        )
    name = who or default_who()
    changes = []
    for item in returned.packaged:
        key = key_from_text(item.field)
        changes.append(Change(key, key.spec.default, from_json(key.spec.kind, item.json)))
    operation = Operation("new", f"受渡しファイルから作成（{package.name}）", name)
    return _made(
        path,
        changes,
        operation,
        force=force,
        exclusive=exclusive,
        dataset_id=returned.dataset_id,
        also=origin_record(returned, name, package.name),
    )
