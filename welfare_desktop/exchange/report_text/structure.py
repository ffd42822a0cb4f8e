"""Which activity every row belongs to.

A row with a number (①) begins an activity; one without continues the activity above, unless its title was lost.
Where the activities stand in the plan is decided in ``placing``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from welfare_desktop.domain.text import BULLET, canonical_line

from .cells import JOINT
from .columns import Column
from .contents import Contents, Entry, circled_number
from .findings import Code, Findings, quoted
from .laying import LaidRow, with_text_after
from .names import plain_name
from .scanning import Heading, Level, Loose
from .scoring import TITLE_START

#: A row with this many columns filled, status among them, is a whole activity even without a title.
_WHOLE_ROW = 7
_LONGEST_TITLE = 60
_COUNCIL = frozenset(column for column in Column if column < Column.CITY_INITIATIVES)


@dataclass(slots=True)
class Unit:
    """One activity while it is put together.

    ``number`` None and ``title`` empty where the source does not say; ``headings`` stand between it and the unit
    before; ``entry`` is the place on the contents page that nothing else fills; ``address`` is (basic goal, activity
    goal, activity) once placed.
    """

    number: int | None
    title: str
    line: int
    headings: list[Heading] = field(default_factory=list)
    rows: list[LaidRow] = field(default_factory=list)
    entry: Entry | None = None
    address: tuple[int, int, int] = (0, 0, 0)


def gather(
    items: Sequence[Heading | LaidRow | Loose], contents: Contents, findings: Findings
) -> tuple[list[Unit], list[Heading]]:
    """Return the activities in source order, and the headings after the last of them."""
    gatherer = _Gatherer(items, contents, findings)
    for index, item in enumerate(items):
        gatherer.add(index, item)
    gatherer.finish()
    return gatherer.units, gatherer.headings


def named(row: LaidRow, contents: Contents) -> tuple[int | None, str] | None:
    """Return number and name of the activity a row begins, or None if it begins none."""
    part = row.title
    if part is None:
        return None
    raw = " ".join(part.text.replace(JOINT, "").split())
    text = canonical_line(raw)
    match = TITLE_START.match(text)
    if match is not None:
        return circled_number(match[1]), text[match.end() :].strip()
    if contents.nearest(text) is not None:
        return None, text
    readable = len(text) <= _LONGEST_TITLE and "。" not in text and not raw.startswith(BULLET)
    if readable and len(row.columns) >= _WHOLE_ROW and Column.RESIDENTS in row.columns:
        return None, text
    return None


class _Gatherer:
    def __init__(self, items: Sequence[Heading | LaidRow | Loose], contents: Contents, findings: Findings) -> None:
        self.units: list[Unit] = []
        self.headings: list[Heading] = []
        self._contents = contents
        self._findings = findings
        self._names = [named(item, contents) if isinstance(item, LaidRow) else None for item in items]
        self._items = items
        self._pending: list[Loose] = []
        self._beside: LaidRow | None = None
        self._places: dict[str, int | None] = {}
        self._held: dict[Level, Heading] = {}

    def add(self, index: int, item: Heading | LaidRow | Loose) -> None:
        """Take the next item of the body."""
        if isinstance(item, Heading):
            if not self._is_repeated(item):
                self.headings.append(item)
            self._beside = None
        elif isinstance(item, Loose):
            self._add_loose(item)
        else:
            self._add_row(index, item)

    def _is_repeated(self, heading: Heading) -> bool:
        """Whether a heading only repeats, on a new page, the one that holds already."""
        known = self._held.get(heading.level)
        same = known is not None and (known.number, plain_name(known.title)) == (
            heading.number,
            plain_name(heading.title),
        )
        if not same:
            self._held[heading.level] = heading
            if heading.level is Level.BASIC:
                self._held.pop(Level.ACTIVITY, None)
        return same and bool(self.units)

    def finish(self) -> None:
        """Give text that waits for a row to the last one; tell what no activity can take."""
        last = self.units[-1].rows[-1] if self.units else None
        for loose in self._pending:
            if last is not None:
                last.loose.append(loose)
            else:
                self._tell_outside(loose)

    def _add_loose(self, loose: Loose) -> None:
        if self._beside is not None:
            lengthened = with_text_after(self._beside, loose) if not self._beside.loose else None
            if lengthened is not None:
                self._findings.add(
                    Code.LINE_BROKEN, "セルの途中に改行があったため、前の行につなげて読みました。", loose.line
                )
                self.units[-1].rows[-1] = self._beside = lengthened
            else:
                self._beside.loose.append(loose)
        elif not self.units and not _belongs_to_a_field(loose.text):
            self._tell_outside(loose)
        else:
            self._pending.append(loose)

    def _tell_outside(self, loose: Loose) -> None:
        self._findings.add(
            Code.OUTSIDE,
            f"表の外にある文は、どの欄にも取り込んでいません：「{' '.join(loose.text.split())}」",
            loose.line,
        )

    def _add_row(self, index: int, row: LaidRow) -> None:
        name = self._names[index]
        if name is not None:
            row.begins = True
            self._begin(Unit(*name, row.line), row)
        elif (unnamed := self._unnamed_unit(index, row)) is not None:
            self._begin(unnamed, row)
        else:
            self.units[-1].rows.append(row)
        row.loose += self._pending
        self._pending = []
        self._beside = row

    def _begin(self, unit: Unit, row: LaidRow) -> None:
        unit.headings, self.headings = self.headings, []
        unit.rows.append(row)
        self.units.append(unit)

    # --- rows without a title -----------------------------------------------------------------------------------

    def _unnamed_unit(self, index: int, row: LaidRow) -> Unit | None:
        """Return a new unit for a row that lost its title, or None for a row that continues the unit above."""
        begins = bool(row.columns & _COUNCIL) or bool(self.headings) or not row.row.cells[0].blank
        missing = self._missing_entries(index)
        if missing is None:
            return Unit(self._number_between(index), "", row.line) if self._lost_its_title(index, row, begins) else None
        if missing and (begins or not self.units):
            entry = missing[0] if self.units else missing[-1]
            return Unit(entry.address[2], "", row.line, entry=entry)
        if missing:
            above = self.units[-1].title or (self.units[-1].entry.title if self.units[-1].entry else "")
            self._findings.add(
                Code.UNSURE,
                f"活動名のない行を{quoted(above) if above else '上の活動'}の続きとして入れました"
                f"（目次の{quoted(missing[0].title)}の行の可能性もあります）。",
                row.line,
            )
        return None if self.units else Unit(1, "", row.line)

    def _missing_entries(self, index: int) -> list[Entry] | None:
        """Return what the contents page lists between the activities around a row; None where it does not tell."""
        entries = self._contents.activities
        following = next((name[1] for name in self._names[index + 1 :] if name is not None), None)
        first = self._position(self.units[-1]) if self.units else -1
        last = len(entries) if following is None else self._place_of_name(following)
        if not entries or first is None or last is None or last <= first:
            return None
        return entries[first + 1 : last]

    def _position(self, unit: Unit) -> int | None:
        if unit.entry is not None:
            return self._contents.activities.index(unit.entry)
        return self._place_of_name(unit.title)

    def _place_of_name(self, title: str) -> int | None:
        """Return where the contents page lists a name, None where it does not or twice; looked up once per name."""
        if title not in self._places:
            entry = self._contents.nearest(title)
            twice = entry is not None and len(self._contents.named(entry.title, 3)) > 1
            self._places[title] = None if entry is None or twice else self._contents.activities.index(entry)
        return self._places[title]

    def _lost_its_title(self, index: int, row: LaidRow, begins: bool) -> bool:
        """Whether a row without title begins an activity, as far as the rows around it tell."""
        if not self.units:
            return True
        if not begins:
            return False
        if self.headings:
            return True
        following, number = self._next_number(index), self.units[-1].number
        if number is not None and following is not None and following > number:
            return following > number + 1
        entries = bool(row.columns & {Column.COUNCIL_STATUS, Column.COUNCIL_PLANNED})
        return entries and len(row.columns) >= _WHOLE_ROW

    def _next_number(self, index: int) -> int | None:
        """Return the number of the next activity under the same heading, or None."""
        for item, name in zip(self._items[index + 1 :], self._names[index + 1 :], strict=True):
            if isinstance(item, Heading):
                return None
            if name is not None:
                return name[0]
        return None

    def _number_between(self, index: int) -> int | None:
        if self.headings or not self.units:
            following = self._next_number(index)
            return following - 1 if following is not None and following > 1 else 1
        before = self.units[-1].number
        return before + 1 if before is not None else None


def _belongs_to_a_field(text: str) -> bool:
    """Whether text before the first row looks like a lost part of a field rather than a date or a file number."""
    return "。" in text or text.lstrip().startswith((BULLET, "※", "○")) or "\n" in text.strip()
