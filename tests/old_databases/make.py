"""``python -m tests.old_databases.make VERSION NAME``: a data file as schema VERSION was, with everything in it.

Makes ``vVERSION_NAME.welfare`` and beside it ``vVERSION_NAME.json``, what must still be read out of it.  Run once for
each release, by the program of that release; what lies here is never made anew, because offices have files like it.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.builders import small_plan
from welfare_desktop.domain.fields import FieldKey, Owner, to_json
from welfare_desktop.domain.identity import with_ids
from welfare_desktop.domain.model import Entry, Judgement, JudgementOverride
from welfare_desktop.domain.values import values_of
from welfare_desktop.operations.department_register import rename_department
from welfare_desktop.operations.nodes import retire
from welfare_desktop.operations.opening import create_from
from welfare_desktop.operations.session import Session, new_id
from welfare_desktop.operations.structure import add_slot
from welfare_desktop.operations.year_work import close_year, unlock_year
from welfare_desktop.paths import migrations_dir
from welfare_desktop.storage import migrating, opening
from welfare_desktop.storage.store import Operation

FOLDER = Path(__file__).parent


def fill(session: Session) -> None:
    """Leave something of every kind: values, what was taken back, what left the structure, notes, a closed year."""
    _, _, activity = next(session.plan().walk())
    slot = activity.city.slots[0]
    session.enter(session.resolve("1-1-1/council/status@2019"), "翌年度も開いた。\n人数を数えた。", why="電話で確認")
    session.enter(session.resolve("1-1-2/council/status@2018"), "—")
    session.enter(session.resolve("1-1-2/city/results@2018"), "交流会(3回)\n—")
    session.enter(session.resolve("1-1-1/title"), "一度だけの名前")
    session.undo()
    override = JudgementOverride(slot.indicators[0].id, 0, Judgement.ACHIEVED, "名簿で確かめた")
    session.edit(FieldKey(Owner.SLOT, slot.id, "judgements", None, 2018), (override,))
    session.edit(FieldKey(Owner.SLOT, slot.id, "status", None, 2020), Entry(("下書きの文。",), draft=True))
    rename_department(session, session.plan().departments[0].id, "福祉総務課", 2020)
    _, extra = add_slot(session, activity.id, activity.city.actor)
    session.enter(FieldKey(Owner.SLOT, extra, "planned", None, 2020), "あとで消える予定。")
    session.undo()
    session.undo()
    retire(session, Owner.ACTIVITY, session.plan().basic_goals[0].activity_goals[0].activities[1].id, 2021, "統合")
    session.edit(FieldKey(Owner.SLOT, slot.id, "reported_from"), 2018)
    session.enter(FieldKey(Owner.PLAN, session.plan().id, "contact"), "内線 12")
    close_year(session, 2018)
    unlock_year(session, 2018, "訂正のため")
    close_year(session, 2018)


def told(session: Session) -> dict[str, Any]:
    """Return what a file holds as plain JSON: values and notes by field, and the history."""
    values = {key.text: to_json(value) for key, value in values_of(session.plan())}
    notes = {key.text: list(lines) for key, lines in session.notes().items() if lines}
    history = [
        [row.revision, row.kind, row.label, row.who, row.why, row.at.isoformat(), row.change.key.text, row.undoes]
        for row in reversed(session.history())
    ]
    return {"dataset_id": session.dataset_id, "values": values, "notes": notes, "history": history}


def make(version: int, name: str, folder: Path = FOLDER) -> Path:
    """Make the file and what must be read out of it; the migrations up to ``version`` are used."""
    path = folder / f"v{version:04d}_{name}.welfare"
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch) / "migrations"
        directory.mkdir()
        for migration in migrations_dir().glob("[0-9]*.py"):
            if int(migration.name[:4]) <= version:
                shutil.copy(migration, directory)
        with pytest.MonkeyPatch.context() as past:
            past.setattr(migrating, "migrations_dir", lambda: directory)
            past.setattr(opening, "schema_version", lambda: version)
            plan = with_ids(small_plan(), new_id)
            with closing(create_from(plan, path, Operation("new", "作成", "山口"))) as session:
                fill(session)
                text = json.dumps(told(session), ensure_ascii=False, sort_keys=True, indent=1)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{make(int(sys.argv[1]), sys.argv[2])}\n")
