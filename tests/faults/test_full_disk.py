"""A disk that is really full, and a file that may not grow: told, nothing lost, and on it goes when there is room."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from peewee import Database

from tests.data_files import EDIT, copied_file, status_key
from tests.unprivileged import ROOT
from welfare_desktop.domain.errors import StoreError
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Entry
from welfare_desktop.storage.opening import open_store
from welfare_desktop.storage.sql import fetch
from welfare_desktop.storage.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return copied_file(tmp_path / "計画.welfare")


def limit_pages(store: Store, pages: int | None) -> None:
    """Let the file grow to ``pages`` beyond its size (None: as far as it will)."""

    def limit(database: Database) -> None:
        now = fetch(database, "PRAGMA page_count")[0][0]
        fetch(database, f"PRAGMA max_page_count = {now + pages if pages is not None else 2**31}")

    store.look(limit)


class TestFileThatMayNotGrow:
    @pytest.mark.parametrize("pages", range(0, 12, 2))
    def test_is_told_as_a_full_disk_and_goes_on(self, path: Path, pages: int) -> None:
        with closing(open_store(path)) as store:
            key, other = status_key(store), status_key(store, 2020)
            before = store.plan()
            operations = store.latest_operation()
            limit_pages(store, pages)
            large = Entry(("長い文。" * 20_000,))
            with pytest.raises(StoreError) as caught:
                store.apply([Change(other, Entry(), Entry(("先に。",))), Change(key, store.value(key), large)], EDIT)
            assert caught.value.code == "W-201"
            assert "空き" in caught.value.next_step
            assert store.plan() == before
            assert store.latest_operation() == operations
            assert store.problems() == []
            limit_pages(store, None)
            store.apply([Change(key, store.value(key), large)], EDIT)
            assert store.value(key) == large
            assert store.problems() == []


@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
class TestProcessThatMayNotWriteMore:
    """RLIMIT_FSIZE: a write beyond the limit is cut in the middle, as on a disk that fills up."""

    PROGRAM = """
import resource, signal, sys
from contextlib import closing
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from tests.data_files import EDIT, status_key
from welfare_desktop.domain.errors import StoreError
from welfare_desktop.domain.fields import Change
from welfare_desktop.domain.model import Entry
from welfare_desktop.storage.backups import back_up
from welfare_desktop.storage.opening import open_store
import playhouse.migrations
path, limit = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
with closing(open_store(path)) as store:
    key = status_key(store)
    before = store.value(key)
    for verb in (
        lambda: store.apply([Change(key, before, Entry(("長い文。" * 50_000,)))], EDIT),
        lambda: back_up(path),
        lambda: back_up(path, path.with_name("写し.welfare")),
    ):
        try:
            verb()
            print("done")
        except StoreError as error:
            print(error.code)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert store.value(key) == before
    assert store.problems() == []
    store.apply([Change(key, before, Entry(("また書ける。",)))], EDIT)
    back_up(path)
    print("on it goes")
"""

    @pytest.mark.parametrize("limit", [512, 5_000, 70_000, 200_000, 280_000])
    def test_is_told_leaves_nothing_half_and_goes_on(self, path: Path, limit: int) -> None:
        assert path.stat().st_size > limit
        ran = subprocess.run(
            [sys.executable, "-c", self.PROGRAM, str(path), str(limit)],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        *codes, last = ran.stdout.split("\n")[:-1]
        assert last == "on it goes"
        assert len(codes) == 3
        # A cut write is an I/O error to SQLite and a full disk to the system; where not even the old pages can be
        # written back, the journal that could is spoken of.
        assert set(codes) <= {"W-201", "W-204", "W-233"}
        left = sorted(item.name for item in path.parent.rglob("*") if item.is_file())
        assert left[0] == path.name or len(left) == 2
        assert not [name for name in left if name.startswith(".")]
        for copy in path.parent.glob("控え/*.welfare"):
            with closing(open_store(copy, read_only=True)) as store:
                assert store.problems() == []
