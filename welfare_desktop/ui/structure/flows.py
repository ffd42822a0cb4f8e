"""Verbs on what the plan is made of: goals and activities in the tree, departments, the plan's own settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from welfare_desktop.domain.errors import ClosedReport, InvalidValue, WelfareError
from welfare_desktop.domain.fields import Owner
from welfare_desktop.domain.text import canonical_line
from welfare_desktop.domain.years import fiscal_label
from welfare_desktop.operations import nodes
from welfare_desktop.operations.nodes import WORDS, Node

from ..bench import Bench
from ..parts.asking import LineDialog, ask, tell_error
from ..parts.banner import Banners, Notice, Tone
from ..parts.controls import push_button
from .next_step import NextStep
from .reasons import with_reason

if TYPE_CHECKING:  # imported late at run time: the first paint needs none of it
    from pathlib import Path

    from welfare_desktop.operations.session import Session
    from welfare_desktop.operations.tasks import Task

    from ..main_window import MainWindow
    from ..output.flows import OutputFlows
    from .node_dialogs import Place

_OWNERS = (Owner.BASIC_GOAL, Owner.ACTIVITY_GOAL, Owner.ACTIVITY)
#: Verbs that need something chosen in the tree, and write.
_ON_NODE = (
    "rename_node",
    "number_node",
    "move_up",
    "move_down",
    "move_to",
    "renumber",
    "begin_from",
    "retire",
    "remove_node",
)
_ADDING = ("add_basic_goal", "add_activity_goal", "add_activity")
#: Keys that mean something else in a text or a table: they are the tree's alone.
_TREE_KEYS = ("rename_node", "move_up", "move_down", "remove_node")
_DONE = "done"


class StructureFlows(QObject):
    """The verbs of one window on the structure of its plan."""

    def __init__(self, window: MainWindow, bench: Bench, banners: Banners, outputs: OutputFlows) -> None:
        super().__init__(window)
        self._window = window
        self._bench = bench
        self._desk = bench.desk
        self._session = bench.session
        self._banners = banners
        self._outputs = outputs
        self._next = NextStep()
        bench.stack.addWidget(self._next)
        tree = self._desk.tree
        for name in _TREE_KEYS:
            action = window.action(name)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            tree.addAction(action)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._on_menu_asked)
        self.button = push_button("…", self._on_button_clicked, kind="small", name="計画の構成を変える")
        self.button.setToolTip("計画の構成を変える")
        self.button.setFixedSize(30, 22)
        self.button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # by keyboard the menu and the tree's own menu do it
        self._desk.heading.addWidget(self.button)
        self._desk.chosen.connect(self._on_row_changed)
        self._desk.reloaded.connect(self.show_state)
        self.show_state()

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each verb does, by name."""
        return {
            "add_basic_goal": self.add_basic_goal,
            "add_activity_goal": self.add_activity_goal,
            "add_activity": self.add_activity,
            "rename_node": self.rename,
            "number_node": self.set_number,
            "move_up": self.move_up,
            "move_down": self.move_down,
            "move_to": self.move_to,
            "renumber": self.renumber,
            "begin_from": self.begin,
            "retire": self.retire,
            "remove_node": self.remove,
            "departments": self.show_departments,
            "plan_settings": self.change_settings,
            "plan_file": self.write_plan_file,
        }

    # --- what is chosen -----------------------------------------------------------------------------------------

    def _chosen(self) -> Node | None:
        """Return what is chosen in the tree, or None."""
        row = self._desk.model.row_of(self._desk.tree.currentIndex())
        if row is None:
            return None
        return next((node for node in nodes.all_nodes(self._session.plan(())) if node.id == row[0]), None)

    def _level(self) -> int:
        """Return 0, 1 or 2 for what is chosen, -1 for nothing."""
        index = self._desk.tree.currentIndex()
        return self._desk.model.level_of(index) if index.isValid() else -1

    def _on_row_changed(self, _row_id: str, _level: int) -> None:
        self.show_state()

    def show_state(self) -> None:
        """Let verbs rest that mean nothing now, and say what to do where there is nothing yet."""
        level, free = self._level(), not self._session.read_only
        for name in _ON_NODE:
            self._window.action(name).setEnabled(free and level >= 0)
        for needed, name in enumerate(_ADDING):
            self._window.action(name).setEnabled(free and level >= needed - 1)
        self._window.action("plan_settings").setEnabled(free)
        self._guide(level)

    def _guide(self, level: int) -> None:
        """Show the next step of a plan that is being built, in place of an empty page."""
        tree, model = self._desk.tree, self._desk.model
        if not self._desk.levels[0]:
            title = f"「{self._desk.plan.title}」には、まだ何もありません"
            text = "まず基本目標を加えます。続けて、その下に活動目標、活動を加えると、記入できるようになります。"
            verbs: list[tuple[str, Callable[[], object]]] = [
                ("基本目標を加える…", self.add_basic_goal),
                ("担当課の一覧…", self.show_departments),
                ("計画の設定…", self.change_settings),
            ]
        elif level in (0, 1) and not model.hasChildren(tree.currentIndex()) and not self._hides_some():
            row = model.row_of(tree.currentIndex())
            assert row is not None
            below = WORDS[_OWNERS[level + 1]]
            title = f"「{row[3]}」には、まだ{below}がありません"
            text = f"この{WORDS[_OWNERS[level]]}の下に{below}を加えます。"
            verbs = [(f"{below}を加える…", (self.add_activity_goal, self.add_activity)[level])]
        else:
            return
        self._next.show_step(title, text, [] if self._session.read_only else verbs)
        self._bench.stack.setCurrentWidget(self._next)
        focus = QApplication.focusWidget()
        if level < 0 and (focus is None or focus is tree):  # an empty tree leads nowhere
            self._next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _hides_some(self) -> bool:
        """Whether department or filter may leave out what is below."""
        return self._desk.department is not None or self._desk.narrowed

    # --- doing --------------------------------------------------------------------------------------------------

    def _do(self, title: str, act: Callable[[str], object]) -> bool:
        """Save what is typed and do ``act`` with a reason where one is wanted; whether it was done."""
        if self._session.read_only:
            return False
        self._bench.finish_and_save()
        try:
            with_reason(self._window, act)
        except ClosedReport:
            return False  # a person thought better of it
        except WelfareError as error:
            tell_error(self._window, error, title)
            return False
        return True

    def _ask_line(self, title: str, label: str, text: str, act: Callable[[str, str], object], verb: str) -> bool:
        """Ask for a line and do ``act`` with it and a reason; what is refused is said below the line."""
        if self._session.read_only:
            return False
        self._bench.finish_and_save()

        def take(line: str) -> None:
            with_reason(box, lambda why: act(line, why))

        box = LineDialog(self._window, title, label, text, take, verb=verb)
        box.line.selectAll()
        done = bool(box.exec())
        box.deleteLater()
        return done

    def _show(self, node_id: str) -> None:
        """Choose a goal or activity in the tree, also where department or filter leave it out."""
        tree = self._desk.tree
        if not tree.choose(node_id) and self._hides_some():
            self._bench.finish_and_save()
            self._desk.show_everything()
            tree.choose(node_id)
        tree.expand(tree.currentIndex())
        tree.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- adding -------------------------------------------------------------------------------------------------

    def _line_up(self) -> list[Node]:
        """Return what is chosen and the goals above it, the basic goal first; empty when nothing is chosen."""
        chosen = self._chosen()
        found = [] if chosen is None else [chosen]
        every = nodes.all_nodes(self._session.plan(()))
        while found and found[0].owner is not Owner.BASIC_GOAL:
            parent = next((node for node in every if node.id == found[0].parent_id), None)
            if parent is None:
                return []
            found.insert(0, parent)
        return found

    def add_basic_goal(self) -> None:
        """Add a basic goal after the one chosen, or at the end."""
        line = self._line_up()
        self._add(Owner.PLAN, self._session.plan(()).id, line[0].place + 1 if line else None, "計画")

    def add_activity_goal(self) -> None:
        """Add an activity goal after the one chosen, or at the end of the basic goal chosen."""
        line = self._line_up()
        if line:
            self._add(Owner.BASIC_GOAL, line[0].id, line[1].place + 1 if len(line) > 1 else None, line[0].words)

    def add_activity(self) -> None:
        """Add an activity after the one chosen, or at the end of the activity goal chosen."""
        line = self._line_up()
        if len(line) > 1:
            self._add(Owner.ACTIVITY_GOAL, line[1].id, line[2].place + 1 if len(line) > 2 else None, line[1].words)

    def _add(self, owner: Owner, owner_id: str, at: int | None, where: str) -> None:
        made: list[str] = []
        first, shown = self._session.plan(()).first_year, self._desk.year
        start = shown if shown > first else None
        child = WORDS[_OWNERS[(Owner.PLAN, Owner.BASIC_GOAL, Owner.ACTIVITY_GOAL).index(owner)]]

        def act(title: str, why: str) -> None:
            made.append(nodes.add_node(self._session, owner, owner_id, title, at=at, from_year=start, why=why)[1])

        label = f"{child}の名前" if owner is Owner.PLAN else f"{where}\nに加える{child}の名前"
        if start is not None:
            label += f"\n（{fiscal_label(start)}の報告から載ります。あとで「載せ始める年度…」で変えられます）"
        if self._ask_line(f"{child}を加える", label, "", act, f"{child}を加える"):
            self._show(made[-1])

    # --- naming and numbering -----------------------------------------------------------------------------------

    def rename(self) -> None:
        """Ask for another title of what is chosen."""
        node = self._chosen()
        if node is None:
            return

        def act(title: str, why: str) -> None:
            nodes.rename_node(self._session, node.id, title, why=why)

        word = WORDS[node.owner]
        if self._ask_line(
            f"{word}の名前を変える", f"{word} {node.path} の名前", node.item.title, act, "この名前にする"
        ):
            self._show(node.id)

    def set_number(self) -> None:
        """Ask for another number of what is chosen."""
        node = self._chosen()
        if node is None:
            return

        def act(text: str, why: str) -> None:
            nodes.set_number(self._session, node.id, _number(text), why=why)

        label = f"{node.words}\nの番号（並び順は変わりません）"
        if self._ask_line("番号を変える", label, str(node.item.number), act, "この番号にする"):
            self._show(node.id)

    def renumber(self) -> None:
        """Number what is chosen and its siblings from 1 on."""
        node = self._chosen()
        if node is None:
            return
        done: list[object] = []

        def act(why: str) -> None:
            done.append(nodes.renumber(self._session, nodes.PARENT_OF[node.owner], node.parent_id, why=why))

        if self._do("番号を振り直せませんでした", act):
            changed = done[-1] is not None
            title = "番号を1から振り直しました" if changed else "番号は1から順に並んでいます"
            self._tell(title, "「元に戻す」で戻せます。" if changed else "何も変わっていません。")

    # --- moving -------------------------------------------------------------------------------------------------

    def move_up(self) -> None:
        """Move what is chosen one place up among its siblings."""
        self._shift(-1)

    def move_down(self) -> None:
        """Move what is chosen one place down."""
        self._shift(1)

    def _shift(self, step: int) -> None:
        row = self._desk.model.row_of(self._desk.tree.currentIndex())
        if row is not None and self._do(
            "移せませんでした", lambda why: nodes.shift_node(self._session, row[0], step, why=why)
        ):
            self._show(row[0])

    def move_to(self) -> None:
        """Ask for the goal and position what is chosen moves to."""
        from .node_dialogs import MoveDialog

        node = self._chosen()
        if node is None or self._session.read_only:
            return
        self._bench.finish_and_save()

        def take(goal_id: str, at: int) -> None:
            with_reason(box, lambda why: nodes.move_below(self._session, node.id, goal_id, at, why=why))

        box = MoveDialog(self._window, node.words, self._places(node), (node.parent_id, node.place), take)
        accepted = box.exec()
        box.deleteLater()
        if accepted:
            self._show(node.id)

    def _places(self, node: Node) -> list[Place]:
        """Return where ``node`` can go: every goal of its parent's kind."""
        from .node_dialogs import Place

        plan = self._session.plan(())
        every = nodes.all_nodes(plan)

        def inside(parent_id: str) -> list[tuple[int, str]]:
            found = below.get(parent_id, ())
            return [(item.item.number, item.item.title) for item in found if item.id != node.id]

        below: dict[str, list[Node]] = {}
        for item in every:
            below.setdefault(item.parent_id, []).append(item)
        if node.owner is Owner.BASIC_GOAL:
            return [Place(plan.id, "", plan.title, inside(plan.id))]
        above = nodes.PARENT_OF[node.owner]
        return [Place(item.id, item.path, item.item.title, inside(item.id)) for item in every if item.owner is above]

    # --- retiring and taking out --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Ask from which year on what is chosen is reported."""
        from .node_dialogs import BeginDialog

        node = self._chosen()
        if node is None or self._session.read_only:
            return
        self._bench.finish_and_save()
        plan = self._session.plan(())

        def take(year: int | None) -> None:
            with_reason(box, lambda why: nodes.begin_node(self._session, node.id, year, why=why))

        years = range(plan.first_year + 1, plan.last_year + 1)
        used = nodes.usage(self._session, node.id).reports
        box = BeginDialog(self._window, node.words, years, used, node.item.reported_from, take)
        box.exec()
        box.deleteLater()
        self.show_state()

    def retire(self) -> None:
        """Ask from which year what is chosen is no longer reported, or take that back."""
        node = self._chosen()
        if node is not None and not self._session.read_only:
            self._retire(node)

    def _retire(self, node: Node) -> None:
        from .node_dialogs import RetireDialog

        self._bench.finish_and_save()
        plan = self._session.plan(())
        years = range(plan.first_year, plan.last_year + 1)

        def take(year: int | None) -> None:
            with_reason(box, lambda why: nodes.retire_node(self._session, node.id, year, why=why))

        used = nodes.usage(self._session, node.id).reports
        proposed = min(max(used, default=self._desk.year - 1) + 1, plan.last_year)
        box = RetireDialog(self._window, node.words, years, proposed, used, node.item.retired_from, take)
        box.exec()
        box.deleteLater()
        self.show_state()

    def remove(self) -> None:
        """Take out what is chosen when nobody has written in it; offer to retire it otherwise."""
        node = self._chosen()
        if node is None or self._session.read_only:
            return
        self._bench.finish_and_save()
        try:
            with_reason(self._window, lambda why: nodes.remove_node(self._session, node.id, why=why))
        except ClosedReport:
            return
        except InvalidValue as error:
            text = f"{error.message}\n{error.next_step}"
            answers = ("廃止する…", "やめる")
            if ask(self._window, "消せません", text, answers, tone=Tone.ATTENTION, detail=error.code) == 0:
                self._retire(node)
        except WelfareError as error:
            tell_error(self._window, error, "消せませんでした")
        else:
            self._tell(f"{node.words} を消しました", "何も書かれていませんでした。「元に戻す」で戻せます。")

    def show_retired(self, shown: bool) -> None:
        """List what the report of the year shown leaves out too, named as such, or hide it again."""
        self._bench.finish_and_save()
        self._desk.model.with_retired = shown
        self._desk.reload()

    # --- departments and settings -------------------------------------------------------------------------------

    def show_departments(self) -> None:
        """Show the register of departments."""
        from .departments_register import DepartmentsRegister

        self._bench.finish_and_save()
        box = DepartmentsRegister(self._window, self._session, self._desk.year)
        box.exec()
        box.deleteLater()

    def change_settings(self) -> None:
        """Change the plan's title, vision and years."""
        from welfare_desktop.operations.plan_settings import PlanWords, plan_words, set_plan

        from .plan_dialog import PlanDialog

        if self._session.read_only:
            return
        self._bench.finish_and_save()

        def take(words: PlanWords) -> None:
            with_reason(box, lambda why: set_plan(self._session, words, why=why))

        text = "年度は、令和6、R6、2024 のどの書き方でも読み取ります。記入のある年度は、期間の外にできません。"
        box = PlanDialog(
            self._window, "計画の設定", text, plan_words(self._session.plan(())), take, verb="この設定にする"
        )
        box.exec()
        box.deleteLater()
        self.show_state()

    def write_plan_file(self) -> None:
        """Write the structure as a plan file: of this period, or as the pattern of the next."""
        from welfare_desktop.operations.plan_files import plan_file_task

        answers = ("次の期間のひな形", "今の構成のまま", "やめる")
        text = (
            "計画の構成（目標・活動・役割・取組み・担当課・指標）をファイルに書き出します。実施状況などの年度ごとの記入は入りません。"
            "「次の期間のひな形」は、廃止したものを除き、期間を次の計画に移したものです。"
            "最初の画面の「計画ファイルから作る」で、これから新しい保存ファイルを作れます。"
        )
        following = ask(self._window, "計画ファイルを書き出す", text, answers)
        if following not in (0, 1):
            return

        def prepare(session: Session, _year: int, target: Path, /, *, force: bool) -> Task:
            return plan_file_task(session, target, following=following == 0, force=force)

        name = "次の計画.toml" if following == 0 else "計画.toml"
        self._outputs.write_file("計画ファイルを書き出す", name, "計画ファイル (*.toml)", prepare)

    # --- menus --------------------------------------------------------------------------------------------------

    def _on_menu_asked(self, at: QPoint) -> None:
        tree = self._desk.tree
        self._window.plan_menu.popup(tree.viewport().mapToGlobal(at))

    def _on_button_clicked(self) -> None:
        self._window.plan_menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def actions(self) -> Iterable[QAction]:
        """Return the actions of the menu, for whoever walks them."""
        return self._window.plan_menu.actions()

    def _tell(self, title: str, text: str) -> None:
        def dismiss() -> None:
            self._banners.dismiss(_DONE)

        self._banners.show_notice(Notice(_DONE, Tone.INFO, title, text, actions=(("閉じる", dismiss),)))


def _number(text: str) -> int:
    """Read a number from 1 on, in any width of digits; raises InvalidValue."""
    plain = canonical_line(text)
    if not plain.isdecimal() or len(plain) > 3 or int(plain) < 1:
        raise InvalidValue(
            f"「{text[:20]}」は番号として読めません。" if plain else "番号が空です。",
            code="W-101",
            next_step="1から999までの数字を入れてください。何も変わっていません。",
        )
    return int(plain)
