"""Where every activity stands in the plan, and what its goals are called.

Told by, in this order: the activity's name on the contents page, the headings above it, and numbering that starts
again at ①.  Headings that are missing in the body are taken from the contents page.  Where a name differs between the
contents page and the body, the body counts: it stands where the text stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .columns import Column
from .contents import Address, Contents, Entry
from .findings import Code, Findings, quoted, whole
from .laying import LaidRow
from .names import ALIKE, alike, plain_name
from .scanning import Heading, Level
from .structure import Unit

NO_NAME = "（名称不明）"
#: Names must be this alike to be the same one in spite of another number.
_VERY_ALIKE = 0.9


@dataclass(slots=True)
class Outline:
    """The plan's structure: names by address, and the activities found in the body in order of their address."""

    titles: dict[Address, str] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)


def place(units: Sequence[Unit], trailing: Sequence[Heading], contents: Contents, findings: Findings) -> Outline:
    """Give every unit its address and every address its name; units that are one activity become one.

    ``trailing`` are the headings after the last unit.  Goals and activities that only the contents page names are part
    of the outline too.
    """
    placer = _Placer(contents, findings)
    placer.begin(units)
    for unit in units:
        placer.place(unit)
    placer.read_headings(trailing)
    placer.name_all()
    placer.outline.units.sort(key=lambda unit: unit.address)
    return placer.outline


class _Placer:
    def __init__(self, contents: Contents, findings: Findings) -> None:
        self.outline = Outline()
        self._contents = contents
        self._findings = findings
        self._goal = (1, 0)
        self._last: dict[Address, int] = {}
        self._headings: dict[Address, Heading] = {}
        self._by_address: dict[Address, Unit] = {}

    def begin(self, units: Sequence[Unit]) -> None:
        """Guess where a body begins that lost its first headings and its contents page: before the next heading."""
        if not units or units[0].headings or self._entry(units[0], (0, 0, 0)) is not None:
            return
        basic = next((heading.number for heading in _headings(units) if heading.level is Level.BASIC), None) or 2
        last, goals = 0, 1
        for unit in units:
            first = next(iter(unit.headings), None)
            if first is not None:
                before = (first.number or 1) - goals if first.level is Level.ACTIVITY else 1
                self._goal = (max(basic - 1, 1), max(before, 1))
                return
            number = unit.number or last + 1
            goals += number <= last
            last = number

    # --- activities ---------------------------------------------------------------------------------------------

    def place(self, unit: Unit) -> None:
        """Give ``unit`` its address."""
        self.read_headings(unit.headings)
        if self._goal[1] == 0:
            self._goal = (self._goal[0], 1)
        if not unit.headings and self._starts_again(unit):
            self._goal = self._goal_after(unit)
        expected = (*self._goal, unit.number or self._last.get(self._goal, 0) + 1)
        entry = self._entry(unit, expected)
        unit.address = self._checked(unit, entry, expected)
        self._goal = unit.address[:2]
        self._keep(unit)

    def _starts_again(self, unit: Unit) -> bool:
        """Whether numbers start again at ``unit``; one that is still free in its goal only stands out of order."""
        if unit.number is None or unit.number > self._last.get(self._goal, 0):
            return False
        return (*self._goal, unit.number) in self._by_address

    def _goal_after(self, unit: Unit) -> tuple[int, int]:
        """Return the goal where numbering starts again; the same goal where it only repeats."""
        known = self._by_address.get((*self._goal, unit.number or 0))
        if known is not None and unit.number != 1 and alike(plain_name(known.title), plain_name(unit.title)):
            return self._goal
        if known is not None and plain_name(known.title) == plain_name(unit.title):
            return self._goal
        goals = self._contents.goals
        if self._goal in goals[:-1]:
            return goals[goals.index(self._goal) + 1]
        return self._goal[0], self._goal[1] + 1

    def _entry(self, unit: Unit, expected: Address) -> Entry | None:
        """Return the contents page's entry for ``unit``: the same name, or one alike at the place expected."""
        wanted = plain_name(unit.title)
        if not wanted:
            return unit.entry
        same = self._contents.named(unit.title, 3)
        if same:
            ahead = [entry for entry in same if entry.address >= expected]
            return (ahead or same)[0]
        for entry in self._contents.activities:
            needed = ALIKE if entry.address == expected else _VERY_ALIKE
            numbered = unit.number is None or entry.address[2] == unit.number
            if numbered and alike(wanted, entry.plain) >= needed:
                return entry
        return None

    def _checked(self, unit: Unit, entry: Entry | None, expected: tuple[int, int, int]) -> tuple[int, int, int]:
        if entry is None:
            if self._contents.activities and unit.title:
                self._findings.add(
                    Code.NOT_IN_CONTENTS, f"{quoted(unit.title)}は目次にありません。本文の順に置きました。", unit.line
                )
            return expected
        basic, goal, number = entry.address
        if unit.number is not None and unit.number != number:
            self._findings.add(
                Code.NUMBER,
                f"{quoted(unit.title)}の番号は本文では{unit.number}、目次では{number}です。目次の番号にしました。",
                unit.line,
            )
        if unit.headings and (basic, goal) != expected[:2]:
            self._findings.add(
                Code.NUMBER,
                f"{quoted(unit.title)}は見出しでは{expected[0]}-{expected[1]}、目次では{basic}-{goal}の活動です。目次の場所に置きました。",
                unit.line,
            )
        return basic, goal, number

    def _keep(self, unit: Unit) -> None:
        known = self._by_address.get(unit.address)
        if known is not None and (not unit.title or alike(plain_name(known.title), plain_name(unit.title))):
            self._add_again(known, unit)
            return
        if known is not None:
            number = self._last[self._goal] + 1
            self._findings.add(
                Code.NUMBER,
                f"{quoted(unit.title)}と同じ番号の活動が既にあるため、番号を{number}にしました。",
                unit.line,
            )
            unit.address = (*self._goal, number)
        self._by_address[unit.address] = unit
        self._last[self._goal] = max(self._last.get(self._goal, 0), unit.address[2])
        self.outline.units.append(unit)

    def _add_again(self, known: Unit, unit: Unit) -> None:
        """Add to an activity what a second one under its name says; rows that say the same are not taken twice."""
        there = [_texts(row) for row in known.rows]
        new = [row for row in unit.rows if row.loose or _texts(row) not in there]
        known.rows += new
        name = quoted(known.title) if plain_name(unit.title) in ("", plain_name(known.title)) else whole(unit.title)
        what = "後の文を先の活動に続けて入れました" if new else "まったく同じ内容なので、1回だけ取り込みました"
        if new and len(new) < len(unit.rows):
            what = "後の行のうち、先の活動にない行だけを続けて入れました"
        self._findings.add(Code.REPEATED, f"{name}が2回出てきます。{what}。", unit.line)

    # --- goals --------------------------------------------------------------------------------------------------

    def read_headings(self, headings: Sequence[Heading]) -> None:
        """Move to the goal that ``headings`` name."""
        basic_read = False
        for heading in headings:
            if heading.level is Level.BASIC:
                basic_read = True
                self._read_basic(heading)
            else:
                self._read_goal(heading, basic_read)

    def _read_basic(self, heading: Heading) -> None:
        basic, goal = self._goal
        known = self._address_of(heading, 1)
        number = known[0] if known else heading.number or (basic + 1 if goal else basic)
        if number != basic:
            self._goal = (number, 0)
        self._head((number,), heading)

    def _read_goal(self, heading: Heading, basic_read: bool) -> None:
        basic, goal = self._goal
        known = self._address_of(heading, 2)
        if known:
            self._goal = (known[0], known[1])
        elif heading.number is not None and heading.number < goal and not basic_read:
            # Numbers start again without a heading of the basic goal: that one is lost.
            self._goal = (basic + 1, heading.number)
        else:
            self._goal = (basic, heading.number or goal + 1)
        self._head(self._goal, heading)

    def _address_of(self, heading: Heading, depth: int) -> Address | None:
        """Return the place the contents page gives to a heading's name."""
        same = [entry.address for entry in self._contents.named(heading.title, depth)]
        ahead = [address for address in same if address >= self._goal[:depth]]
        return next(iter(ahead or same), None)

    def _head(self, address: Address, heading: Heading) -> None:
        if heading.number is not None and heading.number != address[-1]:
            self._findings.add(
                Code.NUMBER,
                f"見出し{quoted(heading.title)}の番号は本文では{heading.number}、目次では{address[-1]}です。目次の番号にしました。",
                heading.line,
            )
        known = self._headings.setdefault(address, heading)
        if heading.title and plain_name(heading.title) != plain_name(known.title):
            place = "-".join(map(str, address))
            self._findings.add(
                Code.NAMES_DIFFER,
                f"{heading.level.value}{place}の見出しは先に{quoted(known.title)}とあります。"
                f"ここの{whole(heading.title)}は名称として使っていません。",
                heading.line,
            )

    # --- names --------------------------------------------------------------------------------------------------

    def name_all(self) -> None:
        """Settle the name of everything the body or the contents page mentions, and tell what was missing."""
        first_lines: dict[Address, int] = {}
        for unit in self.outline.units:
            self._name_unit(unit)
            for depth in (1, 2):
                above: Address = unit.address[:depth]
                first_lines[above] = min(unit.line, first_lines.get(above, unit.line))
        for address, heading in self._headings.items():
            self.outline.titles[address] = self._body_or_contents(address, heading.title, heading.line)
        for address, line in first_lines.items():
            if address not in self._headings:
                self._tell_heading(address, line)
                self.outline.titles[address] = self._body_or_contents(address, "", line)
        self._add_unfound()

    def _tell_heading(self, address: Address, line: int) -> None:
        """Tell, at the first activity below it, that a heading is missing in the body."""
        code, level = (
            (Code.NO_BASIC_HEADING, Level.BASIC) if len(address) == 1 else (Code.NO_GOAL_HEADING, Level.ACTIVITY)
        )
        name = self._contents.title_at(address)
        source = f"目次の{quoted(name)}を使いました" if name else "番号の並びから補いました"
        self._findings.add(code, f"{level.value}{address[-1]}の見出しが本文にないため、{source}。", line)

    def _name_unit(self, unit: Unit) -> None:
        if not unit.title:
            place = "-".join(str(number) for number in unit.address)
            self._findings.add(Code.TITLE_LOST, f"活動名の欄がない行を、活動 {place} として読みました。", unit.line)
        unit.title = self._body_or_contents(unit.address, unit.title, unit.line)
        self.outline.titles[unit.address] = unit.title

    def _body_or_contents(self, address: Address, body: str, line: int) -> str:
        listed = self._contents.title_at(address)
        if plain_name(body) == plain_name(listed) and body:
            return body
        if not body or not listed:
            if not body and not listed:
                self._findings.add(Code.NO_NAME, f"名称がどこにもないため{NO_NAME}としました。", line)
            return body or listed or NO_NAME
        cut_off = len(body) + 1 < len(listed) and plain_name(listed).startswith(plain_name(body))
        chosen = listed if cut_off else body
        self._findings.add(
            Code.NAMES_DIFFER,
            f"目次では{whole(listed)}、本文では{whole(body)}です。{'目次' if cut_off else '本文'}の名称を使いました。",
            line,
        )
        return chosen

    def _add_unfound(self) -> None:
        """Add what only the contents page names; told once per goal if the whole goal is missing."""
        found = set(self.outline.titles)
        for entry in self._contents.entries.values():
            if entry.address in found:
                continue
            self.outline.titles[entry.address] = entry.title or NO_NAME
            if entry.address[:-1] in found or len(entry.address) == 1:
                kind = ("基本目標", "活動目標", "活動")[len(entry.address) - 1]
                place = "-".join(str(number) for number in entry.address)
                self._findings.add(
                    Code.NOT_IN_BODY,
                    f"目次にある{kind} {place} {quoted(entry.title)}は本文に見つかりません。空欄のまま加えました。",
                    entry.line,
                )


def _texts(row: LaidRow) -> list[tuple[Column, str]]:
    return [(part.column, " ".join(part.text.split())) for part in row.alignment.parts]


def _headings(units: Sequence[Unit]) -> Iterator[Heading]:
    return (heading for unit in units for heading in unit.headings)
