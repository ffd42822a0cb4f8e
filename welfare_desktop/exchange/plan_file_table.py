"""Tables of a plan file, read with checks: every mistake is told with its line, its place in the plan, and a way out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn, TypeVar

from welfare_desktop.domain.errors import ExchangeError
from welfare_desktop.domain.model import Lines
from welfare_desktop.domain.text import canonical_line, canonical_lines

#: One step down the plan: the name of the array of tables, and which of its tables, from 1.
Step = tuple[str, int]
Path = tuple[Step, ...]

_ARRAY_HEAD = re.compile(r"\s*\[\[\s*([\w.\s-]+?)\s*\]\]")
#: As long as any line a data file may hold: what was written out must come back.
_LONGEST_TEXT = 100_000
_MOST_ITEMS = 2_000
_STEP_LABELS = {
    "basic_goal": "基本目標",
    "activity_goal": "活動目標",
    "activity": "活動",
    "council": "社協の記入欄",
    "city": "市の記入欄",
}
_Read = TypeVar("_Read")


def line_index(text: str) -> dict[Path, int]:
    """Return the 1-based line of every ``[[array.of.tables]]`` head in ``text``, by its place in the plan."""
    counts: dict[tuple[Path, str], int] = {}
    open_paths: dict[tuple[str, ...], Path] = {(): ()}
    lines: dict[Path, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        match = _ARRAY_HEAD.match(line)
        if match is None:
            continue
        names = tuple(name.strip() for name in match[1].split("."))
        parent = open_paths.get(names[:-1])
        if parent is None:
            continue
        counts[parent, names[-1]] = counts.get((parent, names[-1]), 0) + 1
        path = (*parent, (names[-1], counts[parent, names[-1]]))
        open_paths[names] = path
        lines[path] = number
    return lines


class Table:
    """One table of a plan file.

    Every value is taken once, by name; :meth:`close` then refuses names nobody asked for.  All methods raise
    ExchangeError (``W-342``) for values that are not what they should be.
    """

    def __init__(self, data: Mapping[str, Any], file: str, lines: Mapping[Path, int], path: Path = ()) -> None:
        self.path = path
        self._data = data
        self._file = file
        self._lines = lines
        self._taken: set[str] = set()

    def fail(self, message: str, next_step: str = "その行を直して、もう一度読み込んでください。") -> NoReturn:
        """Refuse the file because of something in this table."""
        raise ExchangeError(
            f"計画ファイルに誤りがあります。{message}", code="W-342", where=self._where(), next_step=next_step
        )

    def _where(self) -> str:
        line = next(
            (self._lines[self.path[:end]] for end in range(len(self.path), 0, -1) if self.path[:end] in self._lines), 0
        )
        labels = [f"{_STEP_LABELS.get(name, name)}{number}" for name, number in self.path]
        return " ".join([self._file, *([f"{line}行目から"] if line else []), "＞".join(labels)]).rstrip()

    def has(self, name: str) -> bool:
        """Whether the table holds ``name``."""
        return name in self._data

    def take(self, name: str) -> Any:
        """Return the raw value of ``name``, None where it is absent."""
        self._taken.add(name)
        return self._data.get(name)

    def text(self, name: str, *, required: bool = True) -> str:
        """Return one line of text; an absent one is ``""`` unless it is ``required``."""
        value = self.take(name)
        if value is None and not required:
            return ""
        if value is None:
            self.fail(f"「{name}」がありません。", f'{name} = "…" の行を加えてください。')
        return self.checked_line(name, value, may_be_empty=not required)

    def checked_line(self, name: str, value: Any, *, may_be_empty: bool = False) -> str:
        """Return ``value`` as a stored line if it is one line of text."""
        if not isinstance(value, str):
            self.fail(f"「{name}」が文字列ではありません。", '文字は "…" で囲んでください。')
        if len(value) > _LONGEST_TEXT:
            self.fail(f"「{name}」が長すぎます（{_LONGEST_TEXT}字まで）。")
        if len(canonical_lines(value)) > 1:
            self.fail(f"「{name}」の1つの項目に改行があります。", "1行ずつ別の項目にしてください。")
        line = canonical_line(value)
        if not line and not may_be_empty:
            self.fail(f"「{name}」が空です。", "文字を入れるか、その項目を消してください。")
        return line

    def items(self, name: str) -> list[Any]:
        """Return a list, empty where ``name`` is absent."""
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fail(f"「{name}」が一覧ではありません。", f'{name} = ["…", "…"] の形で書いてください。')
        if len(value) > _MOST_ITEMS:
            self.fail(f"「{name}」の項目が多すぎます（{_MOST_ITEMS}件まで）。")
        return value

    def texts(self, name: str) -> Lines:
        """Return lines of text, empty where ``name`` is absent."""
        return tuple(self.checked_line(name, item) for item in self.items(name))

    def integer(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number within bounds; ``default`` None means that it is required."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        if value is None:
            self.fail(f"「{name}」がありません。", f"{name} = … の行を加えてください。")
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(f"「{name}」が整数ではありません。", "数字だけを、引用符なしで書いてください。")
        if not least <= value <= most:
            self.fail(f"「{name}」の{value}は{least}から{most}までの外です。")
        return value

    def optional_integer(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds, or None where it is absent."""
        return self.integer(name, least, most) if self.has(name) else None

    def tables(self, name: str) -> list[Table]:
        """Return the tables of an array of tables, empty where it is absent."""
        if isinstance(self._data.get(name), dict):
            self.fail(f"「{name}」の見出しのかっこが一重です。", f"[[…{name}]] のように二重のかっこで書いてください。")
        found = []
        for number, item in enumerate(self.items(name), 1):
            if not isinstance(item, dict):
                self.fail(f"「{name}」が表の並びではありません。", f"[[…{name}]] の見出しの下に書いてください。")
            found.append(Table(item, self._file, self._lines, (*self.path, (name, number))))
        return found

    def inline(self, name: str, data: Mapping[str, Any]) -> Table:
        """Return a table written inside a list of this one."""
        return Table(data, self._file, self._lines, (*self.path, (name, 1)))

    def by_year(self, name: str, years: Collection[int], read: Callable[[Any], _Read]) -> dict[int, _Read]:
        """Return values keyed by fiscal year, each read by ``read``; only ``years`` may occur."""
        value = self.take(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fail(f"「{name}」に年度がありません。", f'{name}.2018 = ["…"] のように年度を付けてください。')
        found = {}
        for key, item in value.items():
            if not re.fullmatch(r"[0-9]{4}", key) or int(key) not in years:
                self.fail(f"「{name}」の年度「{key}」は計画の期間（{min(years)}～{max(years)}）の外です。")
            found[int(key)] = read(item)
        return dict(sorted(found.items()))

    def close(self) -> None:
        """Refuse names that nobody asked for: mostly slips of the pen that would otherwise be lost."""
        unknown = [name for name in self._data if name not in self._taken]
        if unknown:
            self.fail(
                f"「{unknown[0]}」という項目はありません。",
                "つづりを確かめてください。使える項目はファイルの先頭の説明にあります。",
            )
