"""校正: rules on the left, what they find in the middle, the field with the proposal on the right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from welfare_desktop.domain.differences import changed_spans
from welfare_desktop.domain.fields import lines_of
from welfare_desktop.domain.findings import RULES, SAID_BY_FIELDS, Finding, Rule, Severity, asks_for_a_look
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations.list_sheets import Sheet
from welfare_desktop.operations.listing import Directory, year_words

from ..beside.proofreading import Noted, noted
from ..desk import Desk
from ..output.list_printing import sheet_rows
from ..parts import theme
from ..parts.controls import NoteLabel, push_button
from ..parts.marked_text import MarkedLabel, Para, Row
from ..parts.marks import Mark
from .marked_table import MarkedTable
from .page import Pane
from .watching import Watcher

#: Findings shown at first, and added by every 続き.
_MOST_AT_ONCE = 500
_NARROW_PX = 520
_IGNORED = "ignored"
_ALL = "all"
_LISTED = tuple(rule for rule in RULES if rule.id not in SAID_BY_FIELDS)


class FindingsPane(Pane):
    """The findings of the year and department on the desk.

    ``apply_asked`` and ``ignore_asked`` carry a finding in words, ``notice_asked`` one that was put aside and should
    count again, ``rule_asked`` a rule's id and whether it should look, ``again_asked`` that everything is to be looked
    through once more, ``fix_all_asked`` that what is sure is to be put right.
    """

    apply_asked = Signal(object)
    ignore_asked = Signal(object)
    notice_asked = Signal(object)
    rule_asked = Signal(str, bool)
    again_asked = Signal()
    fix_all_asked = Signal()

    def __init__(self, desk: Desk, watcher: Watcher, parent: QWidget | None = None) -> None:
        super().__init__("校正", parent)
        self._desk = desk
        self._watcher = watcher
        self._looked_at: datetime | None = None
        self._chosen = _ALL
        self._limit = _MOST_AT_ONCE
        self._findings: tuple[Finding, ...] = ()
        self._ignored: tuple[tuple[Finding, str], ...] = ()
        self.shown: tuple[Finding, ...] = ()
        self._rules: list[str] = []
        self._directory = Directory(desk.session.plan(()))
        self.print_button = push_button("一覧を印刷…")
        self.again_button = push_button("もう一度調べる  F5", self.again_asked.emit)
        self.fix_button = push_button("確かな件をまとめて直す…", self.fix_all_asked.emit)
        self.buttons = (self.print_button, self.again_button, self.fix_button)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.rules = MarkedTable("校正の規則", ("規則", "件"), (-100, 44))
        self.rules.setMinimumWidth(190)
        self.rules.current_changed.connect(self._on_rule_chosen)
        self.rules.toggled.connect(self._on_rule_toggled)
        self.rules.opened.connect(self._on_rule_opened)
        self.table = MarkedTable("指摘の一覧", ("状態", "場所", "いまの文", "直す案"), (86, -32, -46, -34))
        self.table.hide_below(3, _NARROW_PX)  # the proposal stands on the right as well
        self.table.current_changed.connect(self._on_finding_chosen)
        self.table.opened.connect(self._on_opened)
        self.table.remove_asked.connect(self._on_remove_asked)
        self.empty = NoteLabel(colour=theme.SECOND, size_px=theme.TEXT_PX)
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(16, 24, 16, 16)
        inner.addWidget(self.empty)
        inner.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(page)
        middle = QWidget()
        middle_column = QVBoxLayout(middle)
        middle_column.setContentsMargins(0, 0, 0, 0)
        middle_column.setSpacing(0)
        middle_column.addWidget(self._stack, 1)
        self.more = push_button("続きを見る", self._on_more_clicked, kind="small")
        middle_column.addWidget(self.more)
        self.detail = FindingDetail()
        self.detail.go.clicked.connect(self._on_go_clicked)
        self.detail.fix.clicked.connect(self.apply_current)
        self.detail.put_aside.clicked.connect(self._on_put_aside_clicked)
        self.detail.stop.clicked.connect(self._on_stop_clicked)
        for widget, stretch in ((self.rules, 0), (middle, 1), (self.detail, 0)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setSizes([252, 800, 312])
        column.addWidget(self.splitter, 1)

    # --- showing ------------------------------------------------------------------------------------------------

    def show_count(self) -> None:
        """Show in the tab how many findings there are, without making the list."""
        self.count = self._watcher.finding_count if self._watcher.known else None
        self.described.emit()

    def looked(self) -> None:
        """Note that everything was looked through just now."""
        self._looked_at = datetime.now().astimezone()

    def refresh(self) -> None:
        """Show what is known now, at the row one was at."""
        watch = self._watcher.watch
        if self._looked_at is None and not watch.waiting:
            self.looked()
        self._directory = Directory(self._desk.session.plan(()))
        self._findings = watch.findings(self._desk.department)
        self._ignored = watch.ignored()
        self._show_rules()
        self._show_findings()

    def _show_rules(self) -> None:
        stopped = self._watcher.watch.stopped()
        counts: dict[str, int] = {}
        for item in self._findings:
            counts[item.rule] = counts.get(item.rule, 0) + 1
        rows = [_count_row("すべて", len(self._findings), bold=True)]
        names = [_ALL]
        group = None
        for rule in _LISTED:
            if rule.group is not group:
                group = rule.group
                number = sum(counts.get(item.id, 0) for item in _LISTED if item.group is group)
                rows.append(_count_row(str(group), number, band=True))
                names.append("")
            rows.append(_rule_row(rule, counts.get(rule.id, 0), stopped.get(rule.id)))
            names.append(rule.id)
        rows.append(_count_row("無視したもの", len(self._ignored), bold=True))
        names.append(_IGNORED)
        self._rules = names
        self.rules.show_rows(rows, names.index(self._chosen) if self._chosen in names else 0)

    def _show_findings(self, current: int | None = None) -> None:
        wanted = self._wanted()
        kept = self.table.current if current is None else current
        before = self.shown[kept].fingerprint if current is None and 0 <= kept < len(self.shown) else ""
        self.shown = tuple(wanted[: self._limit])
        reasons = {item.fingerprint: reason for item, reason in self._ignored}
        place = next((n for n, item in enumerate(self.shown) if item.fingerprint == before), max(kept, 0))
        rows = [self._row(item, reasons.get(item.fingerprint, "")) for item in self.shown]
        self.table.show_rows(rows, place)
        self._stack.setCurrentIndex(0 if self.shown else 1)
        self.more.setVisible(len(wanted) > len(self.shown))
        self.empty.setText(self._nothing_words())
        self._describe(len(wanted))
        self._on_finding_chosen(self.table.current)

    def _wanted(self) -> list[Finding]:
        if self._chosen == _IGNORED:
            return [item for item, _ in self._ignored]
        # What is sure to be worth a look comes before what is only worth knowing.
        found = [item for item in self._findings if self._chosen in (_ALL, item.rule)]
        return sorted(found, key=lambda item: item.severity is Severity.INFO)

    def _describe(self, wanted: int) -> None:
        watch = self._watcher.watch
        looks = sum(1 for item in self._findings if asks_for_a_look(item))
        words = [f"最後に調べたとき {self._looked_at:%H:%M}"] if self._looked_at else []
        if watch.waiting:
            words = [f"調べています（あと {watch.waiting} 活動）"]
        if self._desk.department:
            words.append(f"{self._desk.department}だけ")
        if len(self._findings) > looks:
            words.append(f"ほかに参考 {len(self._findings) - looks} 件")
        if wanted > len(self.shown):
            words.append(f"初めの {len(self.shown)} 件です。続きがあります")
        certain = len(self.certain())
        self.fix_button.setText(f"確かな {certain} 件をまとめて直す…")
        self.fix_button.setEnabled(bool(certain) and self._desk.editable)
        self.print_button.setEnabled(bool(self.shown))
        self.describe(f"校正　{fiscal_label(self._desk.year)}", "　".join(words), looks)

    def _nothing_words(self) -> str:
        if self._watcher.watch.waiting:
            return "調べ終わっていません。「もう一度調べる」（F5）を押すと、すべて調べます。"
        if self._chosen == _IGNORED:
            return "無視した指摘はありません。"
        if self._chosen != _ALL and self._chosen in self._watcher.watch.stopped():
            return "この規則は止めてあります。左の一覧で Space を押すと、また調べます。"
        where = f"（{self._desk.department}）" if self._desk.department else ""
        return f"{fiscal_label(self._desk.year)}{where}に、この規則の指摘はありません。"

    def certain(self) -> tuple[Finding, ...]:
        """Return the findings whose proposal is sure, of everything that is listed."""
        return tuple(item for item in self._findings if item.certain)

    def _row(self, finding: Finding, reason: str) -> Row:
        note = noted(finding)
        where = " ｜ ".join(part for part in (self._directory.whose(note.key), _field_words(note)) if part)
        mark, word = _state(finding)
        if reason:
            mark, word = Mark.BAR, "無視"
        spans = (finding.span,) if finding.span is not None else ()
        shown = Para(finding.text or finding.message, spans=spans)
        said = Para(f"理由: {reason}" if reason else note.title, size_px=theme.NOTE_PX, colour=mark.colour.name())
        return Row(
            (
                (Para(word, mark=mark, bold=True, colour=mark.colour.name()),),
                (
                    Para(self._directory.title(note.key), bold=True),
                    Para(where, size_px=theme.NOTE_PX, colour=theme.SECOND),
                ),
                (shown, said),
                (_proposal(finding),),
            )
        )

    # --- choosing -----------------------------------------------------------------------------------------------

    def _on_rule_chosen(self, number: int) -> None:
        if not 0 <= number < len(self._rules) or self._rules[number] in ("", self._chosen):
            return
        self._chosen = self._rules[number]
        self._limit = _MOST_AT_ONCE
        self._show_findings(0)

    def _on_rule_toggled(self, number: int, checked: bool) -> None:
        self.rule_asked.emit(self._rules[number], checked)

    def _on_rule_opened(self, _number: int) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_more_clicked(self) -> None:
        self._limit += _MOST_AT_ONCE
        self._show_findings()

    @property
    def current(self) -> Noted | None:
        """The finding of the current row in words, or None."""
        number = self.table.current
        return noted(self.shown[number]) if 0 <= number < len(self.shown) else None

    def _on_finding_chosen(self, _number: int) -> None:
        note = self.current
        if note is None:
            self.detail.show_nothing()
            return
        lines = lines_of(self._desk.session.value(note.key))
        ignored = self._chosen == _IGNORED
        self.detail.show_finding(note, self._directory, lines, editable=self._desk.editable, ignored=ignored)

    # --- acting -------------------------------------------------------------------------------------------------

    def _on_opened(self, _number: int) -> None:
        self._on_go_clicked()

    def _on_go_clicked(self) -> None:
        note = self.current
        if note is not None:
            self.jump(note.key, note.line)

    def apply_current(self) -> None:
        """Ask to do what the current finding proposes."""
        note = self.current
        if note is not None and note.can_be_applied and self._desk.editable and self._chosen != _IGNORED:
            self.apply_asked.emit(note)

    def _on_remove_asked(self, _number: int) -> None:
        self._on_put_aside_clicked()

    def _on_put_aside_clicked(self) -> None:
        note = self.current
        if note is None or not self.detail.put_aside.isEnabled():
            return
        if self._chosen == _IGNORED:
            self.notice_asked.emit(note)
        else:
            self.ignore_asked.emit(note)

    def _on_stop_clicked(self) -> None:
        note = self.current
        if note is not None:
            self.rule_asked.emit(note.finding.rule, False)

    def focus_list(self) -> None:
        """Go to the finding one was at."""
        (self.table if self.shown else self.rules).setFocus(Qt.FocusReason.OtherFocusReason)

    def areas(self) -> list[QWidget]:
        """Rules, findings, verbs."""
        return [self.rules, *([self.table] if self.shown else []), *([self.detail.go] if self.shown else [])]

    def printed(self) -> Sheet:
        """The findings shown for paper."""
        headings, shares = ("状態", "場所", "いまの文", "直す案"), (10, 24, 36, 30)
        return Sheet(self.title, f"{len(self.shown)} 件", headings, shares, sheet_rows(list(self.table.rows)))


def _state(finding: Finding) -> tuple[Mark, str]:
    if finding.certain:
        return Mark.TICK, "直せる"
    return {
        Severity.ERROR: (Mark.CROSS, Severity.ERROR.label),
        Severity.WARNING: (Mark.TRIANGLE, Severity.WARNING.label),
        Severity.INFO: (Mark.INFO, Severity.INFO.label),
    }[finding.severity]


def _field_words(note: Noted) -> str:
    line = f" {note.finding.line}行" if note.finding.line is not None else ""
    return f"{note.key.spec.label}{line}"


def _proposal(finding: Finding) -> Para:
    if finding.removes_line:
        return Para(f"{finding.line}行目を消す")
    if not finding.suggestion:
        return Para("人が直す", colour=theme.SECOND)
    _, spans = changed_spans(finding.text, finding.suggestion)
    return Para(finding.suggestion, spans=spans, tint=theme.INSERTED)


def _count_row(words: str, count: int, *, bold: bool = False, band: bool = False) -> Row:
    return Row(((Para(words, bold=bold or band),), (Para(str(count), bold=bold or band, right=True),)), band=band)


def _rule_row(rule: Rule, count: int, stopped: int | None) -> Row:
    number = f"止 {stopped}" if stopped is not None else str(count)
    colour = theme.SECOND if stopped is not None or not count else theme.TEXT
    mark = {Severity.ERROR: Mark.CROSS, Severity.WARNING: Mark.TRIANGLE, Severity.INFO: Mark.INFO}[rule.severity]
    words = Para(rule.label, colour=colour, mark=mark if count else None)
    return Row(((words,), (Para(number, colour=colour, right=True),)), checked=stopped is None)


class FindingDetail(QFrame):
    """One finding: the field's lines with the line marked, what would be changed, why, and the verbs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(theme.MIN_CONTEXT)
        self.setAccessibleName("指摘の詳しい内容")
        self.go = push_button("欄へ移る  Enter", kind="primary")
        self.fix = push_button("直す  F4")
        self.put_aside = push_button("無視（理由）…  Del", kind="small")
        self.stop = push_button("この規則を止める", kind="small")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        self._head = MarkedLabel()
        column.addWidget(self._head)
        self._lines = MarkedTable("欄の文", ("行", "文"), (48, -100), head=False)
        column.addWidget(self._lines, 1)
        self._change = MarkedLabel()
        column.addWidget(self._change)
        buttons = QHBoxLayout()
        buttons.addWidget(self.go)
        buttons.addWidget(self.fix)
        buttons.addStretch(1)
        column.addLayout(buttons)
        small = QHBoxLayout()
        small.addWidget(self.put_aside)
        small.addWidget(self.stop)
        small.addStretch(1)
        column.addLayout(small)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Show that no finding is chosen."""
        self._head.show_paras(())
        self._lines.show_rows([])
        self._change.show_paras(())
        for button in (self.go, self.fix, self.put_aside, self.stop):
            button.setEnabled(False)

    def show_finding(
        self, note: Noted, directory: Directory, lines: Sequence[str], *, editable: bool, ignored: bool
    ) -> None:
        """Show one finding; ``lines`` are those of its field as they stand."""
        finding = note.finding
        whose = directory.whose(note.key)
        head = f"{whose} ｜ {note.key.spec.label}" if whose else note.key.spec.label
        self._head.show_paras(
            (
                Para(f"{head}（{year_words(note.key)}）", bold=True),
                Para(directory.title(note.key), size_px=theme.NOTE_PX, colour=theme.SECOND),
            )
        )
        rows = [_line_row(number, line, finding, note.mark) for number, line in enumerate(lines, start=1)]
        self._lines.show_rows(rows, -1 if finding.line is None else finding.line - 1)
        self._change.show_paras(_changes(note))
        self.go.setEnabled(True)
        self.fix.setEnabled(editable and note.can_be_applied and not ignored)
        self.put_aside.setText("また指摘する  Del" if ignored else "無視（理由）…  Del")
        self.put_aside.setEnabled(editable)
        self.stop.setEnabled(editable and not ignored)


def _line_row(number: int, line: str, finding: Finding, mark: Mark) -> Row:
    here = number == finding.line
    spans = (finding.span,) if here and finding.span is not None and line == finding.text else ()
    number_para = Para(str(number), mark=mark if here else None, size_px=theme.NOTE_PX, colour=theme.SECOND)
    return Row(((number_para,), (Para(line, spans=spans),)))


def _changes(note: Noted) -> tuple[Para, ...]:
    finding = note.finding
    why = Para(finding.message, size_px=theme.NOTE_PX, colour=theme.SECOND)
    title = Para(note.title, bold=True, colour=note.mark.colour.name())
    if finding.removes_line:
        return (
            title,
            Para(f"− {finding.text}", spans=((2, 2 + len(finding.text)),), tint=theme.REMOVED, struck=True),
            why,
        )
    if not finding.suggestion:
        return (title, Para("直す案はありません。欄で直してください。"), why)
    gone, new = changed_spans(finding.text, finding.suggestion)
    return (
        title,
        Para(f"− {finding.text}", spans=tuple((a + 2, b + 2) for a, b in gone), tint=theme.REMOVED, struck=True),
        Para(f"＋ {finding.suggestion}", spans=tuple((a + 2, b + 2) for a, b in new), tint=theme.INSERTED),
        why,
    )
