"""Departments whose sheet came back as 完成: how much is blank after the merge, and saying 完了 for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from welfare_desktop.domain.completeness import WorkState, fill_matrix, total

from .department_work import declare
from .merging import FileOutcome
from .session import Session
from .sign_offs import state_key_of


@dataclass(frozen=True, slots=True)
class Declared:
    """A department that says it is done with a fiscal year; how many fields are still empty, or drafts nobody confirmed."""

    department_id: str
    department: str
    year: int
    blank: int
    draft: int

    @property
    def remark(self) -> str:
        """What is still open, in Japanese: ``未記入 2 欄、下書き 1 欄``."""
        words = [f"未記入 {self.blank} 欄"] if self.blank or not self.draft else []
        return "、".join(words + ([f"下書き {self.draft} 欄"] if self.draft else []))


def declared_complete(session: Session, files: Iterable[FileOutcome]) -> list[Declared]:
    """Return whose sheet among ``files`` says 完成 and who is not 完了 here yet, in the order of the files.

    Asked after the merge, so that ``blank`` counts what is still empty with everything taken in.
    """
    closed, notes = session.closed_years(), session.notes()
    found: dict[tuple[str, int], Declared] = {}
    for item in files:
        if not item.complete or item.year in closed:
            continue
        plan = session.plan((item.year, item.year + 1))
        owner = next((one for one in plan.departments if one.name_in(item.year) == item.department), None)
        if owner is None or notes.get(state_key_of("", owner.id, item.year)):
            continue
        fill = total(fill_matrix(plan, item.year).get(owner.name, {}).values())
        found[(owner.id, item.year)] = Declared(owner.id, owner.name, item.year, fill.blank, fill.draft)
    return list(found.values())


def declare_complete(session: Session, departments: Sequence[Declared]) -> None:
    """Say 完了 for departments, each a step of undo; raises InvalidValue for a closed year."""
    for item in departments:
        declare(session, item.department, item.year, WorkState.COMPLETE)
