"""A file is replaced whole or not at all, and whoever is in the way is named."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from welfare_desktop.domain.errors import Cancelled, TargetInTheWay
from welfare_desktop.exchange.files import folder_for_files, replacing, write_bytes


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_half(target: Path, stop: Exception) -> None:
    with replacing(target, force=True) as fresh:
        fresh.write_bytes(b"half")
        raise stop


def test_a_new_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "報告.xlsx"
    with replacing(target) as fresh:
        assert fresh.parent == tmp_path
        assert not target.exists()
        fresh.write_bytes(b"new")
    assert target.read_bytes() == b"new"
    assert leftovers(tmp_path) == ["報告.xlsx"]


def test_an_existing_file_is_kept_without_force(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    with pytest.raises(TargetInTheWay) as caught:
        write_bytes(target, b"new")
    assert caught.value.code == "W-320"
    assert caught.value.where == str(target)
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.pdf"]


def test_force_replaces_and_keeps_the_permissions(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_bytes(target, b"new", force=True)
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("force", [False, True])
def test_a_name_taken_meanwhile_is_not_overwritten_unasked(tmp_path: Path, force: bool) -> None:
    target = tmp_path / "a.pdf"

    def write() -> None:
        with replacing(target, force=force) as fresh:
            fresh.write_bytes(b"ours")
            target.write_bytes(b"theirs")

    if force:
        write()
        assert target.read_bytes() == b"ours"
    else:
        with pytest.raises(TargetInTheWay) as caught:
            write()
        assert caught.value.code == "W-320"
        assert target.read_bytes() == b"theirs"
    assert leftovers(tmp_path) == ["a.pdf"]


def test_a_missing_folder_and_a_folder_as_target_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(TargetInTheWay) as caught:
        write_bytes(tmp_path / "ない" / "a.pdf", b"")
    assert caught.value.code == "W-321"
    with pytest.raises(TargetInTheWay) as caught:
        write_bytes(tmp_path, b"", force=True)
    assert caught.value.code == "W-322"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("mark", ["~$報告書.xlsx", "~$書.xlsx", ".~lock.報告書.xlsx#"])
def test_a_file_somebody_has_open_is_left_alone(tmp_path: Path, mark: str) -> None:
    target = tmp_path / "報告書.xlsx"
    target.write_bytes(b"old")
    (tmp_path / mark).write_bytes(b"")
    with pytest.raises(TargetInTheWay) as caught:
        write_bytes(target, b"new", force=True)
    assert caught.value.code == "W-323"
    assert mark in caught.value.message
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "W-324"), (errno.EDQUOT, "W-324"), (errno.EACCES, "W-327"), (errno.EIO, "W-328")],
)
def test_a_refusal_while_writing_keeps_the_old_file(tmp_path: Path, number: int, code: str) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(TargetInTheWay) as caught:
        write_half(target, OSError(number, os.strerror(number)))
    assert caught.value.code == code
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.xlsx"]


def test_stopping_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(Cancelled):
        write_half(target, Cancelled())
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == ["a.xlsx"]


def test_a_really_full_disk_is_told(tmp_path: Path) -> None:
    """/dev/full refuses every byte, as a full disk does."""
    if not Path("/dev/full").exists():
        pytest.skip("only where the system has /dev/full")
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(TargetInTheWay) as caught, replacing(target, force=True):
        Path("/dev/full").write_bytes(b"content")
    assert caught.value.code == "W-324"
    assert target.read_bytes() == b"old"


def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    real = tmp_path / "real.xlsx"
    real.write_bytes(b"old")
    link = tmp_path / "link.xlsx"
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("links need a privilege here")
    write_bytes(link, b"new", force=True)
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["あ" * 10_000, "a\x00b"])
def test_a_name_no_file_can_have_is_refused_in_plain_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(TargetInTheWay) as caught:
        write_bytes(tmp_path / name, b"new")
    assert caught.value.code == "W-328" and len(caught.value.where) <= 300
    with pytest.raises(TargetInTheWay), folder_for_files(tmp_path / name):
        pass
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("force", [False, True])
def test_nothing_is_written_over_a_data_file(tmp_path: Path, force: bool) -> None:
    """A name picked from the wrong line of a list took the years in the file with it."""
    target = tmp_path / "計画.welfare"
    with sqlite3.connect(target) as database:
        database.execute("CREATE TABLE word (word)")
    database.close()
    before = target.read_bytes()
    with pytest.raises(TargetInTheWay) as caught:
        write_bytes(target, b"workbook", force=force)
    assert caught.value.code == ("W-329" if force else "W-320")
    assert caught.value.next_step
    assert target.read_bytes() == before
    assert leftovers(tmp_path) == ["計画.welfare"]
