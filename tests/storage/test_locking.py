"""Who has a data file open: one at a time, told by name, gone with the program however that ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path, PureWindowsPath

import pytest

from tests.unprivileged import ROOT, run_unprivileged
from welfare_desktop.domain.errors import StoreBusy, StoreError
from welfare_desktop.storage.locking import HeldBy, Lock, acquire, hold, is_shared, lock_file

HOLDER = """
import sys
from pathlib import Path
from welfare_desktop.storage.locking import HeldBy, acquire
lock = acquire(Path(sys.argv[1]), sys.argv[2])
print("held" if isinstance(lock, HeldBy) else "mine", flush=True)
sys.stdin.read()
"""


@contextmanager
def other_process(path: Path, user: str = "隣の人") -> Iterator[subprocess.Popen[str]]:
    """Another program that has ``path`` open until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), user],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "mine\n"
        yield process
        process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "計画 2018.welfare"
    path.write_bytes(b"any file")
    return path


class TestOneAtATime:
    def test_taken_told_and_given_back(self, path: Path) -> None:
        lock = acquire(path, "窓口")
        assert isinstance(lock, Lock)
        held = acquire(path, "別の人")
        assert isinstance(held, HeldBy)
        assert held.user == "窓口"
        assert held.host
        assert held.since is not None
        assert abs(datetime.now(UTC) - held.since) < timedelta(minutes=1)
        lock.release()
        with hold(path):
            pass

    def test_leaves_nothing_behind_and_touches_no_data(self, path: Path) -> None:
        with hold(path):
            assert sorted(item.name for item in path.parent.iterdir()) == [".計画 2018.welfare.lock", path.name]
        assert [item.name for item in path.parent.iterdir()] == [path.name]
        assert path.read_bytes() == b"any file"

    def test_letting_go_twice_lets_go_of_nobody_elses(self, path: Path) -> None:
        first = hold(path)
        first.release()
        second = hold(path)
        first.release()
        assert isinstance(acquire(path), HeldBy)
        second.release()

    def test_between_programs(self, path: Path) -> None:
        with other_process(path):
            held = acquire(path)
            assert isinstance(held, HeldBy)
            assert held.user == "隣の人"
            with pytest.raises(StoreBusy) as caught:
                hold(path)
            assert caught.value.code == "W-211"
            assert "隣の人" in caught.value.message
        hold(path).release()

    @pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
    def test_a_killed_program_holds_nothing(self, path: Path) -> None:
        with other_process(path) as process:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            assert lock_file(path).exists(), "its trace"
            lock = acquire(path, "次の人")
            assert isinstance(lock, Lock)
            assert json.loads(lock_file(path).read_text(encoding="utf-8"))["user"] == "次の人"
            lock.release()

    def test_two_files_have_two_locks(self, path: Path, tmp_path: Path) -> None:
        with hold(path), hold(tmp_path / "別.welfare"):
            pass

    def test_of_many_at_once_one_gets_it(self, path: Path) -> None:
        """Also while holders come and go and take their lock file with them."""
        inside: list[int] = []
        most: list[int] = []
        failures: list[BaseException] = []

        def come_and_go() -> None:
            try:
                for _ in range(60):
                    lock = acquire(path)
                    if isinstance(lock, Lock):
                        inside.append(1)
                        most.append(len(inside))
                        inside.pop()
                        lock.release()
            except BaseException as error:  # noqa: BLE001 - shown by the assertion below
                failures.append(error)

        threads = [threading.Thread(target=come_and_go) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert set(most) == {1}
        hold(path).release()


class TestTraces:
    @pytest.mark.parametrize("trace", ["", "{", "[]", '{"user": 5}', '{"user": "a", "host": "b", "since": "gestern"}'])
    def test_one_nobody_can_read_still_means_somebody(self, path: Path, trace: str) -> None:
        lock = hold(path)
        lock_file(path).write_text(trace, encoding="utf-8")
        held = acquire(path)
        assert isinstance(held, HeldBy)
        assert held.user == ""
        assert held.since is not None, "the time of the file"
        assert str(held).startswith("別の人")
        lock.release()

    def test_one_without_a_lock_means_nobody(self, path: Path) -> None:
        lock_file(path).write_text(
            '{"user": "幽霊", "host": "x", "since": "2020-01-01T00:00:00+00:00"}', encoding="utf-8"
        )
        hold(path).release()

    def test_in_words(self) -> None:
        at = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
        assert str(HeldBy("山口", "PC-3", at)) == f"山口・PC-3（{at.astimezone():%Y-%m-%d %H:%M}から）"
        assert str(HeldBy("", "", None)) == "別の人"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_place_where_no_lock_can_be_written_is_told(path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom welfare_desktop.domain.errors import StoreError\n"
        "from welfare_desktop.storage.locking import acquire\n"
        "try:\n    acquire(Path(sys.argv[1]))\nexcept StoreError as error:\n    print(error.code)\n"
    )
    path.parent.chmod(0o555)
    try:
        result = run_unprivileged("-c", program, str(path))
    finally:
        path.parent.chmod(0o755)
    assert result.stdout == "W-203\n", result.stderr


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        acquire(tmp_path / "ない" / "計画.welfare")


@pytest.mark.skipif(sys.platform == "win32", reason="asks the drive instead")
class TestShares:
    MOUNTS = "\n".join(
        [
            "/dev/sda1 / ext4 rw 0 0",
            "//server/share {0}/共有 cifs rw 0 0",
            "server:/export {0}/nfs\\040folder nfs4 rw 0 0",
            "/dev/sdb1 {0}/nfs\\040folder/local ext4 rw 0 0",
            "user@host: {0}/ssh fuse.sshfs rw 0 0",
            "/dev/fuse {0}/ntfs fuseblk rw 0 0",
            "tmpfs {0}/covered tmpfs rw 0 0",
            "//server/other {0}/covered smb3 rw 0 0",
            "broken",
        ]
    )

    @pytest.mark.parametrize(
        ("place", "shared"),
        [
            ("計画.welfare", False),
            ("共有/計画.welfare", True),
            ("共有/深い/所/計画.welfare", True),
            ("共有地/計画.welfare", False),
            ("nfs folder/計画.welfare", True),
            ("nfs folder/local/計画.welfare", False),
            ("ssh/計画.welfare", True),
            ("ntfs/計画.welfare", False),
            ("covered/計画.welfare", True),
        ],
    )
    def test_are_known_by_their_file_system(self, tmp_path: Path, place: str, shared: bool) -> None:
        mounts = tmp_path / "mounts"
        mounts.write_text(self.MOUNTS.replace("{0}", str(tmp_path)), encoding="utf-8")
        assert is_shared(tmp_path / place, mounts) is shared

    def test_through_a_link(self, tmp_path: Path) -> None:
        mounts = tmp_path / "mounts"
        mounts.write_text(self.MOUNTS.replace("{0}", str(tmp_path)), encoding="utf-8")
        (tmp_path / "共有").mkdir()
        (tmp_path / "近道").symlink_to(tmp_path / "共有")
        assert is_shared(tmp_path / "近道" / "計画.welfare", mounts)

    def test_this_machine_tells(self, tmp_path: Path) -> None:
        assert not is_shared(tmp_path / "計画.welfare")

    def test_without_a_list_nothing_is_shared(self, tmp_path: Path) -> None:
        assert not is_shared(tmp_path / "計画.welfare", tmp_path / "no list")


def test_a_name_with_a_server_is_a_share_on_windows() -> None:
    from welfare_desktop.storage.locking import _is_remote_drive

    assert _is_remote_drive(PureWindowsPath(r"\\サーバー\福祉課\計画.welfare").drive)
    assert sys.platform == "win32" or not _is_remote_drive(PureWindowsPath(r"C:\福祉課\計画.welfare").drive)
