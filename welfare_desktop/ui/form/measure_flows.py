"""Verbs on the row of indicators and results one is in: targets, links, judgements, the course over the years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from welfare_desktop.domain.errors import UnknownAddress, WelfareError
from welfare_desktop.domain.linking import proposed_links
from welfare_desktop.domain.model import Activity, Actor, Judgement
from welfare_desktop.domain.target_correction import TargetDraft
from welfare_desktop.domain.target_history import TargetSeries
from welfare_desktop.operations import measures
from welfare_desktop.operations.measures import Place

from ..bench import Bench
from ..parts.asking import tell_error
from ..parts.banner import Banners, Notice, Tone
from .dialogs import JudgementDialog
from .result_block import ResultBlock
from .result_rows import ResultRow
from .row_verbs import RowVerb

_TOPIC = "row"
#: What has to be chosen first, for a verb that makes no sense where one is.
_WANTED = {
    RowVerb.TARGETS: "先に、「指標と実績」の表で指標のある行を選んでください。",
    RowVerb.LINK: "先に、「指標と実績」の表で実績のある行を選んでください。",
    RowVerb.CONFIRM: "選んだ行に、確認を待っている対応の案はありません。",
    RowVerb.CONFIRM_ALL: "この記入欄に、確認を待っている対応の案はありません。",
    RowVerb.HISTORY: "先に、「指標と実績」の表で目標のある行を選んでください。",
}


class MeasureFlows(QObject):
    """The verbs of one window that act on the row of a table."""

    def __init__(self, window: QWidget, bench: Bench, banners: Banners) -> None:
        super().__init__(window)
        self._window = window
        self._bench = bench
        self._banners = banners
        #: The courses of the actor one is in, as long as the activity is as it was: going from row to row is free.
        self._known: tuple[Activity, Actor, tuple[TargetSeries, ...]] | None = None
        bench.form.judge_asked.connect(self.judge)
        bench.form.row_asked.connect(self.run)
        bench.form.row_chosen.connect(self._on_row_chosen)
        bench.field_changed.connect(self._on_field_changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the verbs of the window do, by name."""
        found: dict[str, Callable[[], object]] = {verb.verb: partial(self.run_here, verb) for verb in RowVerb}
        plain: dict[str, Callable[[ResultBlock], object]] = {
            "add_indicator": ResultBlock.add_indicator,
            "add_result": ResultBlock.add_result,
            "remove_row": ResultBlock.remove_row,
            "judge": ResultBlock.judge_row,
        }
        return {**found, **{name: partial(self._in_table, run) for name, run in plain.items()}}

    # --- where one is -------------------------------------------------------------------------------------------

    def _block(self) -> ResultBlock | None:
        """Return the table of the slot one is in."""
        form = self._bench.form
        current = form.current_slot()
        blocks = (block for block in form.blocks() if isinstance(block, ResultBlock))
        return next((block for block in blocks if current is not None and block.slot.id == current[1]), None)

    def _place(self, block: ResultBlock) -> Place:
        shown = self._bench.form.shown
        actor = self._bench.form.slot_actor(block.slot.id)
        if shown is None or actor is None:
            raise UnknownAddress("この記入欄はなくなっています。", next_step="活動を選び直してください。")
        return Place(shown.activity.id, actor, block.slot.id)

    def run_here(self, verb: RowVerb) -> None:
        """Do ``verb`` to the row one is in; where it makes no sense, say what to choose first."""
        block = self._block()
        if block is not None and block.can(verb):
            self._banners.dismiss(_TOPIC)
            block.ask_row(verb)
        else:
            self._tell(verb.label.rstrip("…"), _WANTED[verb])

    def _tell(self, title: str, text: str) -> None:
        close = (("閉じる", partial(self._banners.dismiss, _TOPIC)),)
        self._banners.show_notice(Notice(_TOPIC, Tone.INFO, title, text, actions=close))

    def _in_table(self, run: Callable[[ResultBlock], object]) -> None:
        block = self._block()
        if block is not None:
            run(block)
        else:
            self._tell("指標と実績", "先に、記入欄か、その「指標と実績」の表を選んでください。")

    def run(self, block: ResultBlock, row: ResultRow, verb: RowVerb) -> None:
        """Do ``verb`` to ``row``; what was typed is saved first, an error is told and nothing has changed then."""
        if self._bench.finish_and_save():
            return
        try:
            match verb:
                case RowVerb.TARGETS:
                    self._correct(block, row)
                case RowVerb.LINK:
                    self._link(block, row)
                case RowVerb.CONFIRM:
                    self._confirm(block, row)
                case RowVerb.CONFIRM_ALL:
                    measures.confirm_links(self._bench.session, self._place(block), self._bench.desk.year)
                case RowVerb.HISTORY:
                    self._show_history(block, row)
        except WelfareError as error:
            tell_error(self._window, error, verb.label.rstrip("…"))

    # --- targets ------------------------------------------------------------------------------------------------

    def _correct(self, block: ResultBlock, row: ResultRow) -> None:
        from .targets_dialog import TargetsDialog

        place = self._place(block)
        indicator = next(
            (item for item in block.slot.indicators if row.indicator and item.id == row.indicator.id), None
        )
        if indicator is None:
            return
        indicator_id = indicator.id

        def take(drafts: Sequence[TargetDraft] | None) -> None:
            measures.correct_targets(self._bench.session, place, indicator_id, drafts)

        box = TargetsDialog(self._window, indicator, self._plan_years, take)
        box.exec()
        box.deleteLater()

    @property
    def _plan_years(self) -> tuple[int, int]:
        plan = self._bench.desk.plan
        return plan.first_year, plan.last_year

    # --- links --------------------------------------------------------------------------------------------------

    def _link(self, block: ResultBlock, row: ResultRow) -> None:
        from .targets_dialog import LinkDialog

        shown = self._bench.form.shown
        if row.result is None or shown is None:
            return
        place, year, result = self._place(block), self._bench.desk.year, row.result
        part = shown.activity.part(place.actor)
        number = next(at for at, slot in enumerate(part.slots) if slot.id == place.slot_id)
        links = proposed_links(part, number, year)
        proposed = next(
            (link for item, link in zip(block.slot.results.get(year, ()), links, strict=False) if item.id == result.id),
            None,
        )

        def take(link: str | None) -> None:
            measures.link_result(self._bench.session, place, year, result.id, link)

        choices = [
            (item.id, item.text if slot.id == place.slot_id else f"{item.text}　（別の記入欄）")
            for slot in part.slots
            for item in slot.indicators
        ]
        box = LinkDialog(self._window, result.text, choices, proposed, result.link, take)
        box.exec()
        box.deleteLater()

    def _confirm(self, block: ResultBlock, row: ResultRow) -> None:
        """Confirm the proposed link of one row."""
        shown = self._bench.form.shown
        if row.result is None or shown is None:
            return
        place, year = self._place(block), self._bench.desk.year
        part = shown.activity.part(place.actor)
        number = next(at for at, slot in enumerate(part.slots) if slot.id == place.slot_id)
        pairs = zip(part.slots[number].results.get(year, ()), proposed_links(part, number, year), strict=True)
        link = next((link for item, link in pairs if item.id == row.result.id), None)
        if link is not None:
            measures.link_result(self._bench.session, place, year, row.result.id, link)

    # --- judgements ---------------------------------------------------------------------------------------------

    def judge(self, block: ResultBlock, row: ResultRow) -> None:
        """Ask for a judgement of a target of ``row`` and store it with its reason."""
        if self._bench.finish_and_save():
            return

        def take(target_index: int, judgement: Judgement | None, reason: str) -> None:
            self.set_judgement(block, row, target_index, judgement, reason)

        box = JudgementDialog(self._window, row, take)
        box.exec()
        box.deleteLater()

    def set_judgement(
        self, block: ResultBlock, row: ResultRow, target_index: int, judgement: Judgement | None, reason: str
    ) -> None:
        """Store a judgement by hand, or (None) leave it to the program again; raises InvalidValue without a reason."""
        indicator_id = row.indicator.id if row.indicator is not None else ""
        place, year = self._place(block), self._bench.desk.year
        measures.set_judgement(self._bench.session, place, year, indicator_id, target_index, judgement, reason)

    # --- over the years -----------------------------------------------------------------------------------------

    def courses_of(self, block: ResultBlock, row: ResultRow) -> tuple[TargetSeries, ...]:
        """Return the course of every target of the indicator of ``row``."""
        shown = self._bench.form.shown
        actor = self._bench.form.slot_actor(block.slot.id)
        if shown is None or actor is None or row.indicator is None:
            return ()
        known = self._known
        if known is None or known[0] is not shown.activity or known[1] is not actor:
            found = measures.history_of_targets(shown.activity, actor, shown.plan_years)
            known = self._known = (shown.activity, actor, found)
        return tuple(item for item in known[2] if item.indicator.id == row.indicator.id)

    def _show_history(self, block: ResultBlock, row: ResultRow) -> None:
        from ..beside.target_chart import TargetHistoryDialog

        box = TargetHistoryDialog(self._window, self.courses_of(block, row), self._bench.desk.year)
        box.exec()
        box.deleteLater()

    def _on_row_chosen(self, block: ResultBlock) -> None:
        if self._bench.form.focused_block is block:
            self._show_course(block)

    def _on_field_changed(self, _key: object) -> None:
        block = self._bench.form.focused_block
        self._show_course(block if isinstance(block, ResultBlock) else None)

    def _show_course(self, block: ResultBlock | None) -> None:
        """Show beside the form how the targets of the row one is in went over the years."""
        row = block.current_row if block is not None else None
        if block is None or row is None or row.indicator is None:
            self._bench.context.show_targets(())
            return
        from ..beside.target_chart import TargetCourse

        courses = self.courses_of(block, row)
        self._bench.context.show_targets([TargetCourse(item, self._bench.desk.year) for item in courses])
