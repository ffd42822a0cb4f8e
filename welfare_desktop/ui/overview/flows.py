"""Verbs of the overview: going from a count to the field behind it and back, and saying that a department is finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from welfare_desktop.domain.completeness import UNASSIGNED, Fill, WorkState, fill_of_plan
from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import FieldKey, Owner
from welfare_desktop.domain.model import EntryState
from welfare_desktop.domain.overview import TargetFacts, where_to_go
from welfare_desktop.domain.years import compact_era, fiscal_label
from welfare_desktop.operations.department_work import declare, declared_state
from welfare_desktop.operations.previewing import PaperKind, Scope

from ..bench import Bench
from ..form.blanks import all_fields, fields_in_state
from ..form.result_block import ResultBlock
from ..output.flows import OutputFlows
from ..output.saving_place import SavingPlace
from ..parts.asking import LineDialog, ask, tell_error
from ..parts.banner import Banners, Notice, Tone

if TYPE_CHECKING:
    from ..main_window import MainWindow

_DRILLED = "drilled"
_DONE = "done"
_REMINDERS = "CSV (*.csv);;テキスト (*.txt)"
#: The verbs of a row, in the order of its menu.
STATE_VERBS = ("owner_complete", "owner_close", "owner_reopen")


@dataclass(frozen=True, slots=True)
class _CameFrom:
    """Where a person went into a field from: what was chosen, which department was counted, which cell."""

    goal_id: str
    department: str | None
    place: tuple[str | None, str | None] | None


class OverviewFlows(QObject):
    """The verbs of one window."""

    def __init__(self, window: MainWindow, bench: Bench, banners: Banners, outputs: OutputFlows) -> None:
        super().__init__(window)
        self._window = window
        self._bench = bench
        self._banners = banners
        self._outputs = outputs
        self._place = SavingPlace(window, window.settings, bench.session.path.parent)
        self._came_from: _CameFrom | None = None
        page = bench.overview.page
        page.cell_opened.connect(self.open_cell)
        page.target_opened.connect(self.open_target)
        page.activity_opened.connect(self.open_activity)
        page.menu_asked.connect(self.show_menu)
        page.all_asked.connect(self._on_all_asked)
        page.print_asked.connect(self.print_overview)
        page.remind_asked.connect(self.remind)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {
            "plan_overview": self.show_plan,
            "back_to_overview": self.back,
            "owner_complete": self.complete,
            "owner_close": self.close_owner,
            "owner_reopen": self.reopen,
            "print_overview": self.print_overview,
            "remind": self.remind,
        }

    # --- there and back -----------------------------------------------------------------------------------------

    def show_plan(self) -> None:
        """Show how far the whole plan is and go into the matrix."""
        self._banners.dismiss(_DRILLED)
        self._bench.show_plan()
        self._bench.focus_form()

    def open_cell(self, owner: str | None, column_id: str | None) -> None:
        """Go to the first blank of ``owner`` in a column, else the first draft, else the first field."""
        bench = self._bench
        view = bench.overview.page.view
        if view is None:
            return
        whose = owner or view.department
        found = where_to_go(view, whose, column_id)
        if found is None:
            return
        activity_id, state = found
        self._leave()
        if whose != bench.desk.department:
            bench.show_department(whose)
        bench.desk.tree.choose(activity_id)
        key = self._field(activity_id, whose, state)
        if key is not None:
            bench.go_to(key)
        if whose is not None:
            self._tell_drilled(whose)

    def _field(self, activity_id: str, owner: str | None, state: EntryState | None) -> FieldKey | None:
        activity, year = self._bench.session.activity(activity_id), self._bench.desk.year
        if activity is None:
            return None
        wanted = fields_in_state(activity, year, owner, state) if state is not None else iter(())
        return next(wanted, None) or next(iter(all_fields(activity, year, owner)), None)

    def open_target(self, target: TargetFacts) -> None:
        """Go to the indicator a target stands in."""
        self._leave()
        key = FieldKey(Owner.SLOT, target.slot_id, "indicators")
        self._bench.go_to(key)
        block = self._bench.form.block_of(key)
        if isinstance(block, ResultBlock):
            rows = enumerate(block.model.rows)
            row = next((number for number, item in rows if item.indicator_place == target.line), None)
            if row is not None:
                block.table.setCurrentIndex(block.model.index(row, 0))

    def open_activity(self, activity_id: str) -> None:
        """Show the form of an activity."""
        self._leave()
        self._bench.desk.tree.choose(activity_id)
        self._bench.focus_form()

    def _leave(self) -> None:
        bench = self._bench
        self._came_from = _CameFrom(bench.overview.goal_id, bench.desk.department, bench.overview.page.place())

    def _tell_drilled(self, owner: str) -> None:
        title = f"「{owner}」の欄だけを数えて表示しています"
        actions = (("一覧へ戻る", self.back), ("閉じる", self._dismiss_drilled))
        self._banners.show_notice(Notice(_DRILLED, Tone.INFO, title, "", actions=actions))

    def _dismiss_drilled(self) -> None:
        self._banners.dismiss(_DRILLED)

    def back(self) -> None:
        """Go back to the overview one came from, as it was; from anywhere else, to that of the goal one is in."""
        bench = self._bench
        self._dismiss_drilled()
        came, self._came_from = self._came_from, None
        if came is None:
            index = bench.desk.model.index_of(bench.activity_id) if bench.activity_id else None
            above = bench.desk.model.row_of(index.parent()) if index is not None else None
            self._choose(above[0] if above is not None else "")
        else:
            if came.department != bench.desk.department:
                bench.show_department(came.department)
            self._choose(came.goal_id)
            if came.place is not None:
                bench.overview.page.matrix.choose(*came.place)
        bench.focus_form()

    def _choose(self, goal_id: str) -> None:
        if not goal_id or not self._bench.desk.tree.choose(goal_id):
            self._bench.show_plan()

    def _on_all_asked(self) -> None:
        self._dismiss_drilled()
        self._bench.show_department(None)
        self._bench.focus_form()

    # --- finished -----------------------------------------------------------------------------------------------

    def show_menu(self, owner: str, place: QPoint) -> None:
        """Offer the verbs of a row."""
        menu = QMenu(self._window)
        menu.setAccessibleName(f"{owner}の状態")
        head = menu.addAction(owner)
        head.setEnabled(False)
        if owner != UNASSIGNED:
            menu.addActions([self._window.action(name) for name in STATE_VERBS])
            menu.addSeparator()
        only = menu.addAction("この課だけを数える")
        chosen = menu.exec(place)
        if chosen is only:
            self._bench.show_department(owner)
        menu.deleteLater()

    def _owner(self) -> str | None:
        """Return whom a verb is about: the row one is in, the department chosen above, whoever owes the slot one is in.

        None, which is told or was chosen, where it is nobody.
        """
        bench = self._bench
        here = bench.overview.page.owner_here() if bench.shows_overview else None
        owners: Sequence[str] = (here,) if here is not None else self._owners_of_slot()
        if here is None and bench.desk.department is not None and not (owners and bench.desk.department not in owners):
            owners = (bench.desk.department,)
        owners = [name for name in owners if name != UNASSIGNED]
        if len(owners) > 1:
            answer = ask(self._window, "どの担当課ですか", "この記入欄は共同で書きます。", (*owners, "やめる"))
            return owners[answer] if 0 <= answer < len(owners) else None
        if not owners:
            text = "進み具合の一覧で担当課の行を選ぶか、上の「担当課」で選んでから、もう一度選んでください。"
            ask(self._window, "担当課が決まっていません", text, ("閉じる",), tone=Tone.ATTENTION)
            return None
        return owners[0]

    def _owners_of_slot(self) -> tuple[str, ...]:
        from welfare_desktop.domain.completeness import owners_of

        current, activity = self._bench.form.current_slot(), self._bench.activity
        if current is None or activity is None:
            return ()
        part = activity.part(current[0])
        return next((owners_of(part, slot) for slot in part.slots if slot.id == current[1]), ())

    def _begin(self) -> tuple[str, Fill] | None:
        """Save, and return whom it is about with how far it is; None when nothing can be declared now."""
        bench = self._bench
        if not bench.desk.editable:
            return None
        if bench.finish_and_save():
            text = "保存できていない文があります。先に保存してから、もう一度選んでください。"
            ask(self._window, "保存できていません", text, ("閉じる",), tone=Tone.ATTENTION)
            return None
        owner = self._owner()
        if owner is None:
            return None
        year = bench.desk.year
        return owner, fill_of_plan(bench.session.plan((year, year + 1)), year, owner)

    def complete(self) -> None:
        """Say that a department is 完了: what is empty is meant to be empty."""
        begun = self._begin()
        if begun is None:
            return
        owner, fill = begun
        if fill.blank or fill.draft:
            text = (
                f"{_unfinished(fill)}が残っています。完了にすると、空いている欄は「記入することがない」という意味になります。"
                "あとから書き足すことも、完了を取り消すこともできます。"
            )
            answer = ask(self._window, f"{owner}を完了にしますか", text, ("完了にする", "やめる"), tone=Tone.ATTENTION)
            if answer != 0:
                return
        self._declare(owner, WorkState.COMPLETE)

    def close_owner(self) -> None:
        """Say that a department is 確定: what the year's report prints of its slots is locked."""
        begun = self._begin()
        if begun is None:
            return
        owner, fill = begun
        left = f"{_unfinished(fill)}が残っています。" if fill.blank or fill.draft else ""
        year = fiscal_label(self._bench.desk.year)
        text = (
            f"{left}{year}の報告書に載る{owner}の欄に鍵がかかり、書き換えられなくなります（共同で書く欄も含みます）。"
            "直すときは「担当課の完了・確定を取り消す」で理由を入れます。"
        )
        tone = Tone.ATTENTION if left else Tone.LOCKED
        if ask(self._window, f"{owner}を確定しますか", text, ("確定する", "やめる"), tone=tone) == 0:
            self._declare(owner, WorkState.CLOSED)

    def reopen(self) -> None:
        """Take 完了 or 確定 back; 確定 asks for a reason."""
        begun = self._begin()
        if begun is None:
            return
        owner = begun[0]
        session, year = self._bench.session, self._bench.desk.year
        state = declared_state(session, owner, year)
        if state is None:
            text = "この課は完了にも確定にもなっていません。何も変わっていません。"
            ask(self._window, f"{owner}は{fiscal_label(year)}の記入中です", text, ("閉じる",))
        elif state is WorkState.COMPLETE:
            self._declare(owner, None)
        else:

            def take(reason: str) -> None:
                declare(session, owner, year, None, reason)

            title = f"{owner}の確定を取り消す"
            box = LineDialog(
                self._window, title, "確定を取り消す理由（履歴に残ります）", "", take, verb="確定を取り消す"
            )
            box.exec()
            box.deleteLater()

    def _declare(self, owner: str, state: WorkState | None) -> None:
        try:
            declare(self._bench.session, owner, self._bench.desk.year, state)
        except WelfareError as error:
            tell_error(self._window, error, "担当課の状態を変えられませんでした")

    # --- out ----------------------------------------------------------------------------------------------------

    def print_overview(self) -> None:
        """Show the overview as it is printed: of what is shown, else of the whole plan."""
        bench = self._bench
        goal_id = bench.overview.goal_id if bench.shows_overview else ""
        self._outputs.preview(PaperKind.OVERVIEW, Scope(goal_id, bench.desk.department))

    def remind(self) -> None:
        """Write whom of those shown to remind."""
        from welfare_desktop.operations.ledger import ledger
        from welfare_desktop.operations.reminding import MISSING, write_reminders

        bench = self._bench
        year, today = bench.desk.year, datetime.now().astimezone().date()
        rows = [row for row in ledger(bench.session, year, today) if row.state in MISSING]
        view, figures = bench.overview.page.view, bench.overview.figures
        if bench.shows_overview and view is not None and figures is not None:
            current, shown = figures.facts.current, {row.name for row in view.rows}
            rows = [row for row in rows if current.get(row.department, row.department) in shown]
        if not rows:
            text = "配った記入用紙は、すべて返ってきているか、まだ配っていません。書き出す督促はありません。"
            ask(self._window, "未提出の担当課はありません", text, ("閉じる",))
            return
        target = self._place.ask_file("督促の一覧を書き出す", f"督促の一覧_{compact_era(year)}.csv", _REMINDERS)
        if target is None:
            return
        try:
            count = write_reminders(target[0], rows, today, force=target[1])
        except WelfareError as error:
            tell_error(self._window, error, "書き出せませんでした")
            return
        self._place.remember(target[0].parent)
        self._banners.show_notice(
            Notice(
                _DONE,
                Tone.INFO,
                "督促の一覧を書き出しました",
                f"{target[0].name}　{count} 課",
                str(target[0].parent),
                (("閉じる", self._dismiss_done),),
            )
        )

    def _dismiss_done(self) -> None:
        self._banners.dismiss(_DONE)


def _unfinished(fill: Fill) -> str:
    counts = (("未記入", fill.blank), ("下書き", fill.draft))
    return "、".join(f"{word} {count} 欄" for word, count in counts if count)
