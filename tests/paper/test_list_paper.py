"""Plain lists on paper: every letter is there, changed words carry a line, long rows are cut and not lost."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from welfare_desktop.domain.differences import Change, Segment, character_difference
from welfare_desktop.paper.list_paper import ListContent, ListPaper, ListText, lay_out_list
from welfare_desktop.paper.measurer import QtMeasurer, ensure_application
from welfare_desktop.paper.page import A4_LANDSCAPE


def plain(text: str) -> ListText:
    return ListText((Segment(Change.SAME, text),) if text else ())


def laid(*rows: tuple[str, str]) -> ListPaper:
    ensure_application()
    cells = [tuple((plain(text),) for text in row) for row in rows]
    content = ListContent("一覧", "説明", ("左", "右"), (1, 2), cells)
    return lay_out_list(content, measurer=QtMeasurer(), made_on=dt.date(2020, 4, 1), maker="社協")


def letters(paper: ListPaper, column: int) -> str:
    """Return what stands in a column, in reading order over all pages."""
    return "".join(
        run.text
        for page in paper.pages
        for box in page.boxes
        if box.name.endswith(f"/{column}") and not box.name.startswith("header")
        for run in box.runs
    )


def test_an_empty_list_is_a_page_that_says_what_it_would_hold() -> None:
    paper = laid()
    assert len(paper.pages) == 1
    words = [run.text for run in paper.pages[0].runs]
    assert {"一覧", "説明", "左", "右", "1 / 1"} <= set(words)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.text("市報で周知。,A1—", max_size=30), st.text("講座を開催しました。B2(仮称)", max_size=400)),
        max_size=40,
    )
)
def test_no_letter_is_lost_and_nothing_leaves_the_page(rows: list[tuple[str, str]]) -> None:
    paper = laid(*rows)
    for column in range(2):
        assert letters(paper, column) == "".join(row[column] for row in rows)
    for page in paper.pages:
        for box in page.boxes:
            assert box.x_mm >= 0 and box.x_mm + box.width_mm <= A4_LANDSCAPE[0]
            assert box.y_mm + box.height_mm <= A4_LANDSCAPE[1]


def test_a_row_taller_than_a_page_goes_on_on_the_next() -> None:
    text = "市報や市ウェブサイトを通じて周知する。" * 400
    paper = laid(("活動", text))
    assert len(paper.pages) > 2
    assert letters(paper, 1) == text
    assert letters(paper, 0) == "活動"


def test_changed_words_are_underlined_or_struck_out() -> None:
    ensure_application()
    changed = character_difference("周知に努めます。", "周知に努めました。")
    content = ListContent("一覧", "", ("前後",), (1,), [((ListText(changed),),)])
    page = lay_out_list(content, measurer=QtMeasurer()).pages[0]
    assert {fill.colour for fill in page.fills} == {"#E9EDF0", "#D9EFDF", "#FBE0DD"}
    lines = [rule for rule in page.rules if rule.width_mm == 0.2]
    assert len(lines) == 2 and lines[0].y1_mm < lines[1].y1_mm  # through the removed, below the added
