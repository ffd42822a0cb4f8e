"""Making and opening data files."""

from __future__ import annotations

import getpass
from pathlib import Path

from welfare_desktop.domain.matching import creating
from welfare_desktop.domain.model import Plan
from welfare_desktop.paths import resource
from welfare_desktop.storage.opening import create_store, open_store
from welfare_desktop.storage.store import Operation

from .session import Session, new_id

#: The plan that ships with the program.
BUNDLED_PLAN = "yamaguchi_2018-2022.toml"


def default_who() -> str:
    """Return the name written into the history when nobody gave one: the account's."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account database, as in a container or a service
        return "利用者"


def new_file(path: Path, plan_file: Path | None = None, *, who: str = "", force: bool = False) -> Session:
    """Make a data file from the bundled plan (or ``plan_file``) and open it.

    Raises StoreError when something is in the way and NotAReport when the plan file is wrong; then nothing was made.
    """
    from welfare_desktop.exchange.plan_file import read_plan_file

    plan = read_plan_file(plan_file or resource("plans", BUNDLED_PLAN))
    return create_from(plan, path, Operation("new", "計画から新しく作成", who or default_who()), force=force)


def create_from(plan: Plan, path: Path, operation: Operation, *, force: bool = False) -> Session:
    """Make a data file that holds ``plan`` and open it."""
    store = create_store(path, creating(plan, new_id), operation, force=force)
    return Session(store, operation.who)


def open_file(path: Path, *, who: str = "", read_only: bool = False) -> Session:
    """Open a data file; raises StoreError, StoreTooNew or StoreDamaged."""
    return Session(open_store(path, read_only=read_only), who or default_who())
