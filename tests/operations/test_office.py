"""What the office says on what it hands out, and papers prepared for the screen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.errors import InvalidValue, TargetInTheWay
from welfare_desktop.domain.progress import Unwatched
from welfare_desktop.exchange.files import folder_for_files, replacing_all
from welfare_desktop.operations.checking import check_year, ignore, prepare_privacy_check
from welfare_desktop.operations.office import OfficeWords, office_of, office_words, set_office
from welfare_desktop.operations.opening import create_from, open_file
from welfare_desktop.operations.previewing import PaperKind, Wanted, prepare_preview
from welfare_desktop.operations.session import Session
from welfare_desktop.storage.store import Operation


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    path = tmp_path / "plan.welfare"
    create_from(small_plan(), path, Operation("new", "作成", "試験")).close()
    opened = open_file(path, who="試験")
    yield opened
    opened.close()


def test_the_offices_words_are_one_step_and_come_back(session: Session) -> None:
    words = OfficeWords("2020-4-24", "係\n電話", "事務局", {"地域福祉課": "福-1", "協働推進課": "H30-02"})
    assert set_office(session, 2018, words) is not None
    office = office_of(session, 2018)
    assert (office.deadline_shown, office.deadline_iso) == ("令和2年4月24日（金）", "2020-04-24")
    assert office.contact == ("係", "電話")
    assert office.reference_of("地域福祉課") == "福-1"
    # The program's own number, shown and left as it was, is not stored: it follows the order of departments.
    assert [row.change.key.name for row in session.history()].count("reference") == 1
    assert office_words(session, 2018) == OfficeWords("2020-4-24", "係\n電話", "事務局", dict(office.references))
    assert set_office(session, 2018, office_words(session, 2018)) is None
    assert office_words(session, 2019).deadline == "" and office_words(session, 2019).contact == "係\n電話"
    session.undo()
    assert office_of(session, 2018).contact == () and office_of(session, 2018).deadline_iso == ""


def test_words_left_out_stay_and_strangers_are_refused(session: Session) -> None:
    set_office(session, 2018, OfficeWords("2020-4-24", "係", "事務局"))
    set_office(session, 2018, OfficeWords(maker=""))
    words = office_words(session, 2018)
    assert (words.deadline, words.contact, words.maker) == ("2020-4-24", "係", "")
    with pytest.raises(InvalidValue, match="観光課"):
        set_office(session, 2018, OfficeWords("9月", references={"観光課": "1"}))
    assert office_words(session, 2018).deadline == "2020-4-24"


def test_personal_data_that_was_put_aside_is_not_asked_about_again(session: Session) -> None:
    session.enter(session.resolve("1-1-1/city/status@2018"), "電話は 083-900-0000 です。")
    found = prepare_privacy_check(session, 2018)(Unwatched())
    assert [(item.rule, item.line) for item in found] == [("personal_data", 1)]
    finding = next(item for item in check_year(session, 2018).findings if item.rule == "personal_data")
    ignore(session, 2018, finding, "代表電話")
    assert prepare_privacy_check(session, 2018)(Unwatched()) == ()


def test_a_preview_can_be_painted_and_written_at_once(session: Session) -> None:
    preview = prepare_preview(session, 2018, Wanted(PaperKind.DEPARTMENTS))(Unwatched())
    pages = preview.document.pages
    assert len(pages) >= 2 and not preview.reducible
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: pages[number % len(pages)], range(200)))
    assert all(page is found[number % len(pages)] for number, page in enumerate(found))
    assert pages[-1] is pages[len(pages) - 1] and list(pages[0:2]) == [pages[0], pages[1]]
    with pytest.raises(IndexError):
        pages[len(pages)]


def test_files_take_their_places_together_or_not_at_all(tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    second.write_bytes(b"old")
    with pytest.raises(TargetInTheWay), replacing_all((first, second)):
        pytest.fail("began to write")
    assert not first.exists()

    def begin_and_stop() -> None:
        with replacing_all((first, second), force=True) as fresh:
            fresh[first].write_bytes(b"new")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        begin_and_stop()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.txt"] and second.read_bytes() == b"old"
    with replacing_all((first, second), force=True) as fresh:
        for path in fresh.values():
            path.write_bytes(b"new")
    assert first.read_bytes() == second.read_bytes() == b"new"


def test_a_folder_made_in_vain_goes_away_one_that_was_there_stays(tmp_path: Path) -> None:
    made, present = tmp_path / "made", tmp_path / "present"
    present.mkdir()
    for folder in (made, present):
        with pytest.raises(ValueError, match="stop"), folder_for_files(folder):
            raise ValueError("stop")
    assert not made.exists() and present.is_dir()
