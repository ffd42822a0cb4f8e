"""The preview of a rollover on paper, to be read by whoever did the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from welfare_desktop.domain.differences import Change, Segment, character_difference
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.rolling_preview import Handling, PreviewRow
from welfare_desktop.domain.years import fiscal_label

from .printing import Edition, edition_of
from .rolling import Opening
from .session import Session

if TYPE_CHECKING:
    from welfare_desktop.paper.list_paper import ListPaper, ListText


def prepare_opening_paper(session: Session, opening: Opening) -> Callable[[Progress], ListPaper]:
    """Return what lays out every line of ``opening``, on any thread, with what was changed and what has to be read."""
    edition = edition_of(session)

    def lay_out(progress: Progress) -> ListPaper:
        progress.step(0, 1, "下見")
        return _laid_out(opening, edition)

    return lay_out


def _laid_out(opening: Opening, edition: Edition) -> ListPaper:
    from welfare_desktop.paper.list_paper import ListContent, lay_out_list
    from welfare_desktop.paper.measurer import QtMeasurer, ensure_application

    ensure_application()
    label = fiscal_label(opening.rollover.year)
    counts = "、".join(
        f"{handling.heading} {count} 行"
        for handling in Handling
        if (count := sum(row.handling is handling for row in opening.rows))
    )
    content = ListContent(
        f"{label}の下書き（下見）",
        f"先に立てた「{label} 実施予定」から作る実施状況の下書き。まだ何も書き込んでいません。{counts}",
        ("活動・担当課", f"もと：{label} 実施予定", f"下書き：{label} 実施状況", "扱い"),
        (21, 34, 37, 8),
        [_row(row) for row in opening.rows],
    )
    return lay_out_list(content, measurer=QtMeasurer(), made_on=edition.made_on, maker=edition.maker)


def _row(row: PreviewRow) -> tuple[tuple[ListText, ...], ...]:
    from welfare_desktop.paper.list_paper import ListText

    changed = character_difference(row.planned, row.drafted)
    before = ListText(_without(changed, Change.ADDED))
    after = ListText(_without(changed, Change.REMOVED))
    reasons = tuple(ListText(_plain(reason), small=True) for reason in row.reasons)
    review = row.handling is Handling.REVIEW
    return (
        (ListText(_plain(row.activity), bold=True), ListText(_plain(row.owner), small=True)),
        (before,),
        (after, *reasons),
        (ListText(_plain(row.handling.label), bold=review),),
    )


def _plain(text: str) -> tuple[Segment, ...]:
    return (Segment(Change.SAME, text),) if text else ()


def _without(segments: Sequence[Segment], left_out: Change) -> tuple[Segment, ...]:
    return tuple(segment for segment in segments if segment.change is not left_out)
