"""An office's own workbook as a template: the cells it names are filled, everything else stays.

A cell is named by a placeholder in its text (``{{1-1-3/city.2/status}}``) or by the name a person gave it in the
workbook (``W_1_1_3_city_2_status``); ``domain.template_names`` says what may be named.  The XML of the sheets is
exchanged cell by cell: charts, pictures, macros, print set-up and every cell that is not named keep their bytes.  What
cannot be filled is told and left as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from welfare_desktop.domain.errors import FileRefused, TargetInTheWay
from welfare_desktop.domain.progress import Progress, Unwatched
from welfare_desktop.domain.template_names import PLACEHOLDER, PREFIX, Dictionary, Filling

from .cell_text import LONGEST_CELL, units
from .files import write_bytes
from .guard.container import Container, open_container
from .guard.limits import DEFAULT_LIMITS, Limits
from .guard.private_copy import private_copy
from .guard.xml_parts import Attributes, ElementHandler, parse
from .template_sheet import CellPlace, SharedStrings, Sheet
from .template_styles import FORMULA_STARTS, Styles
from .template_xml import Element, Patch, Place, Scanner, area_of, holds, patched, place_text

_NOTES_SHOWN = 40
#: Where a workbook's ``calcPr`` stands: right behind the last of these that it has.
_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")
_TEMPLATE_TYPES = (
    (b"spreadsheetml.template.main+xml", b"spreadsheetml.sheet.main+xml"),
    (b"ms-excel.template.macroEnabled.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"),
)


@dataclass(frozen=True, slots=True)
class Filled:
    """How many cells were filled, how many of them with drafts, and sentences about what was not."""

    cells: int
    drafts: int
    notes: tuple[str, ...]


def fill_template(
    template: Path,
    target: Path,
    dictionary: Dictionary,
    *,
    progress: Progress | None = None,
    force: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Filled:
    """Write ``template`` to ``target`` with its named cells filled from ``dictionary``.

    The target's name must end as the template's kind asks: ``.xlsm`` with macros, else ``.xlsx``.  Raises FileRefused
    for a template that is no workbook, is damaged, or names no cell (W-369); TargetInTheWay for a target that cannot be
    written, is the template itself or ends otherwise (W-329); ``Cancelled`` when ``progress`` does.
    """
    try:
        with private_copy(template, limits) as copy:
            data = copy.read_bytes()
        container = open_container(data, limits, macros=True)
        _require_ending(container, template, target)
        book = _Book(container, dictionary, limits)
        filled = book.fill(progress or Unwatched())
    except FileRefused as error:
        # Nothing was taken in here; what is safe is the file that would have been written.
        message = error.message.replace("何も取り込んでいません。", "何も書き込んでいません。")
        where = f"{template.name} {error.where}".rstrip()
        raise FileRefused(message, code=error.code, where=where, next_step=error.next_step) from error
    if not filled.cells and not filled.notes:
        raise FileRefused(
            "この様式には、書き込むセルの目印がありません。何も書き込んでいません。",
            code="W-369",
            where=template.name,
            next_step="セルに {{1-1-1/city/status}} のように書くか、セルに W_1_1_1_city_status のような名前を付けてください。",
        )
    write_bytes(target, _packed(data, container, book.changed), force=force)
    return filled


def _require_ending(container: Container, template: Path, target: Path) -> None:
    """Refuse a name that Excel would not open, and the template itself as target."""
    macros = any(name.casefold().endswith("vbaproject.bin") for name in container.names)
    ending = ".xlsm" if macros else ".xlsx"
    if target.suffix.lower() != ending:
        raise TargetInTheWay(
            f"この様式から作るファイルの名前は {ending} で終わらせてください。何も書き込んでいません。",
            code="W-329",
            where=str(target),
            next_step="様式にマクロがあれば .xlsm、なければ .xlsx です。",
        )
    if target.exists() and target.samefile(template):
        raise TargetInTheWay(
            "様式そのものには書き込めません。様式はそのままです。",
            code="W-329",
            where=str(target),
            next_step="別の名前で書き出してください。",
        )


def _packed(data: bytes, container: Container, changed: Mapping[str, bytes]) -> bytes:
    """Return the zip file with some parts exchanged; the others, their order and their dates stay."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w") as packed:
        for entry in source.infolist():
            kept = zipfile.ZipInfo(entry.filename, entry.date_time)
            kept.compress_type = entry.compress_type
            kept.external_attr = entry.external_attr
            kept.create_system = entry.create_system
            fresh = changed.get(entry.filename.casefold())
            content = b"" if entry.is_dir() else container.read(entry.filename)
            packed.writestr(kept, content if fresh is None else fresh)
    return result.getvalue()


@dataclass(frozen=True, slots=True)
class _Name:
    """A name a person gave to cells: what it refers to, as written."""

    name: str
    refers_to: str


class _Relations(ElementHandler):
    """The relations of a part: targets and the last word of their types, by id."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """Note a relation to a part of this file."""
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"{self._base}/{target}"
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (_plain_path(path), kind)


def _plain_path(path: str) -> str:
    """Return a path inside the file without ``..``."""
    pieces: list[str] = []
    for piece in path.split("/"):
        if piece == ".." and pieces:
            pieces.pop()
        elif piece not in ("", ".", ".."):
            pieces.append(piece)
    return "/".join(pieces)


class _Workbook(Scanner):
    """Sheets, names and the place of the calculation settings in ``workbook.xml``."""

    wanted_text = frozenset({"definedName"})

    def __init__(self, part: str, data: bytes, limits: Limits) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.names: list[_Name] = []
        self._places: dict[str, Element] = {}
        super().__init__(part, data, limits)

    def found(self, element: Element) -> None:
        """Note sheets, names, and whatever the calculation settings follow."""
        if element.name == "sheet":
            key = next((value for name, value in element.attributes.items() if name.rpartition(":")[2] == "id"), "")
            self.sheets.append((element.attributes.get("name", ""), key))
        elif element.name == "definedName":
            self.names.append(_Name(element.attributes.get("name", ""), element.text.strip()))
        elif element.name in (*_BEFORE_CALCULATION, "calcPr"):
            self._places[element.name] = element

    def calculated_on_opening(self) -> bytes:
        """Return the part with the wish that formulas are worked out again when the file is opened."""
        present = self._places.get("calcPr")
        if present is not None:
            changed = present.reopened({"fullCalcOnLoad": "1"})
            return patched(self.data, [Patch(present.opened, changed.encode())])
        before = [self._places[name] for name in _BEFORE_CALCULATION if name in self._places]
        if not before:
            return self.data
        last = before[-1]
        content = f'<{last.prefix}calcPr fullCalcOnLoad="1"/>'
        return patched(self.data, [Patch((last.end, last.end), content.encode())])


class _TablePart(ElementHandler):
    """Where the headings of a table (テーブル) stand; they must say what the table says they say."""

    def __init__(self) -> None:
        self.headings: tuple[Place, Place] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """Note the area of the headings."""
        area = area_of(attributes.get("ref", "")) if name == "table" else None
        if area is not None and attributes.get("headerRowCount", "1") != "0":
            (top, left), (_, right) = area
            self.headings = ((top, left), (top, right))


@dataclass
class _Outcome:
    """What was done so far; notes stand once, in order."""

    cells: int = 0
    drafts: set[tuple[str, Place]] = field(default_factory=set)
    notes: dict[str, None] = field(default_factory=dict)

    def note(self, words: str) -> None:
        self.notes.setdefault(words)


class _Book:
    """The template while it is being filled."""

    def __init__(self, container: Container, dictionary: Dictionary, limits: Limits) -> None:
        self._container = container
        self._dictionary = dictionary
        self._limits = limits
        self.changed: dict[str, bytes] = {}
        self._outcome = _Outcome()
        main = self._main_part()
        self._main = main
        self._workbook = _Workbook(main, container.read(main), limits)
        parts = self._relations(main)
        self._parts = {key: path for key, (path, _) in parts.items()}
        by_kind = {kind: path for path, kind in parts.values()}
        self._strings = self._shared(by_kind.get("sharedStrings"))
        styles = by_kind.get("styles")
        known = styles is not None and styles in container
        self._styles_part = styles or ""
        self._styles = Styles(styles, container.read(styles), limits) if styles is not None and known else None

    def _main_part(self) -> str:
        handler = _Relations("")
        parse("_rels/.rels", self._container.read("_rels/.rels"), handler, self._limits)
        found = (path for path, kind in handler.targets.values() if kind == "officeDocument")
        return next(found, "xl/workbook.xml")

    def _relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        folder, _, name = part.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels"
        handler = _Relations(folder)
        if relations in self._container:
            parse(relations, self._container.read(relations), handler, self._limits)
        return handler.targets

    def _shared(self, part: str | None) -> SharedStrings | None:
        if part is None or part not in self._container:
            return None
        return SharedStrings(part, self._container.read(part), self._limits)

    # --- filling ------------------------------------------------------------------------------------------------

    def fill(self, progress: Progress) -> Filled:
        """Fill every sheet; the changed parts are in :attr:`changed` afterwards."""
        sheets = [(name, self._parts[key]) for name, key in self._workbook.sheets if key in self._parts]
        wanted = dict(self._named_places([name for name, _ in sheets]))
        formulas = False
        for done, (name, part) in enumerate(sheets):
            progress.step(done, len(sheets), name)
            if part not in self._container or not _is_worksheet(part):
                continue
            sheet = Sheet(part, self._container.read(part), self._strings, self._limits)
            self._fill_sheet(name, part, sheet, wanted.get(name, {}))
            formulas = formulas or sheet.has_formulas
            written = sheet.written()
            if written is not sheet.data:
                self.changed[part.casefold()] = written
        if self._styles is not None:
            self._keep_if_changed(self._styles_part, self._styles.written(), self._styles.data)
        if formulas and self._outcome.cells:
            written = self._workbook.calculated_on_opening()
            self._keep_if_changed(self._main, written, self._workbook.data)
        self._make_document()
        return Filled(self._outcome.cells, len(self._outcome.drafts), _shortened(tuple(self._outcome.notes)))

    def _keep_if_changed(self, part: str, written: bytes, before: bytes) -> None:
        if written != before:
            self.changed[part.casefold()] = written

    def _make_document(self) -> None:
        """Let a template file (.xltx, .xltm) be a workbook: Excel opens no .xlsx that says it is a template."""
        types = before = self._container.read("[Content_Types].xml")
        for template, document in _TEMPLATE_TYPES:
            types = types.replace(template, document)
        self._keep_if_changed("[Content_Types].xml", types, before)

    def _named_places(self, sheets: Sequence[str]) -> Iterator[tuple[str, dict[Place, Filling]]]:
        """Yield for every sheet the places called by our names, with what belongs there."""
        found: dict[str, dict[Place, Filling]] = {name: {} for name in sheets}
        folded = {name.casefold(): name for name in sheets}
        for item in self._workbook.names:
            if not item.name.upper().startswith(PREFIX):
                continue
            filling = self._dictionary.of_name(item.name)
            if filling is None:
                self._outcome.note(f"名前「{item.name}」は、この計画の欄を指していません。そのまま残しました。")
                continue
            for sheet, reference in _areas(item.refers_to):
                area = area_of(reference)
                name = folded.get(sheet.casefold())
                if area is None or name is None:
                    self._outcome.note(
                        f"名前「{item.name}」の指すセルがありません（{item.refers_to}）。そのまま残しました。"
                    )
                    continue
                found[name][area[0]] = filling
        yield from found.items()

    def _fill_sheet(self, name: str, part: str, sheet: Sheet, wanted: Mapping[Place, Filling]) -> None:
        headings = self._headings(part)
        taken: set[Place] = set()
        for asked, filling in wanted.items():
            place = sheet.visible(asked)
            taken.add(place)
            cell = sheet.cells.get(place)
            where = f"{name}!{place_text(place)}"
            if self._may_fill(where, place, cell, headings, filling.text):
                sheet.put(place, filling.text, self._style(sheet, place, filling.text))
                self._count(name, place, (filling,))
        for cell in list(sheet.texts()):
            if cell.place not in taken and PLACEHOLDER.search(cell.value):
                self._fill_placeholders(name, sheet, cell, headings)

    def _fill_placeholders(
        self, name: str, sheet: Sheet, cell: CellPlace, headings: Sequence[tuple[Place, Place]]
    ) -> None:
        where = f"{name}!{place_text(cell.place)}"
        found = {match[1]: self._dictionary.of_placeholder(match[1]) for match in PLACEHOLDER.finditer(cell.value)}
        for asked, filling in found.items():
            if filling is None:
                self._outcome.note(
                    f"「{{{{{asked}}}}}」はこの計画の欄を指していません（{where}）。そのまま残しました。"
                )
        fillings = [filling for filling in found.values() if filling is not None]
        if not fillings:
            return

        def rewrite(text: str) -> str:
            return PLACEHOLDER.sub(lambda match: _text_or(found.get(match[1]), match[0]), text)

        text = rewrite(cell.value)
        if self._may_fill(where, cell.place, cell, headings, text):
            sheet.rewrite(cell, rewrite, self._style(sheet, cell.place, text))
            self._count(name, cell.place, fillings)

    def _may_fill(
        self,
        where: str,
        place: Place,
        cell: CellPlace | None,
        headings: Sequence[tuple[Place, Place]],
        text: str,
    ) -> bool:
        """Whether a cell can be filled without breaking what the office built; else it is told."""
        if cell is not None and cell.formula:
            self._outcome.note(f"{where} は数式のセルなので書き込みませんでした。")
        elif any(holds(area, place) for area in headings):
            self._outcome.note(f"{where} はテーブルの見出しなので書き込みませんでした。")
        elif units(text) > LONGEST_CELL:
            self._outcome.note(f"{where} に入る文が長すぎるので書き込みませんでした（一つのセルは 32,767 字まで）。")
        else:
            return True
        return False

    def _style(self, sheet: Sheet, place: Place, text: str) -> str:
        """Return the number of a quoted twin of the cell's style where the text looks like a formula, else nothing."""
        if self._styles is None or not text.startswith(FORMULA_STARTS):
            return ""
        own = sheet.style_of(place)
        twin = self._styles.quoted(int(own) if own.isdecimal() else 0)
        return str(twin)

    def _count(self, name: str, place: Place, fillings: Sequence[Filling]) -> None:
        self._outcome.cells += 1
        if any(filling.draft for filling in fillings):
            self._outcome.drafts.add((name, place))

    def _headings(self, part: str) -> list[tuple[Place, Place]]:
        found = []
        for path, kind in self._relations(part).values():
            if kind == "table" and path in self._container:
                handler = _TablePart()
                parse(path, self._container.read(path), handler, self._limits)
                found += [handler.headings] if handler.headings else []
        return found


def _text_or(filling: Filling | None, otherwise: str) -> str:
    return otherwise if filling is None else filling.text


def _is_worksheet(part: str) -> bool:
    """Whether a part is a sheet of cells; chart sheets and dialogs have none."""
    return "chartsheet" not in part.casefold() and "dialogsheet" not in part.casefold()


def _shortened(notes: tuple[str, ...]) -> tuple[str, ...]:
    if len(notes) <= _NOTES_SHOWN:
        return notes
    return (*notes[:_NOTES_SHOWN], f"このほかに {len(notes) - _NOTES_SHOWN} 件あります。")


_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!,]+))!([^!,]+)")


def _areas(refers_to: str) -> list[tuple[str, str]]:
    """Return sheet and cells of every area a name refers to; a name without any refers to nothing."""
    found = [(match[1] or match[2], match[3]) for match in _REFERENCE.finditer(refers_to.lstrip("="))]
    return [(sheet.replace("''", "'"), cells) for sheet, cells in found] or [("", refers_to)]
