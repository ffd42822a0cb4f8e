"""Workbooks and texts that leave the program.

Each verb takes a snapshot, writes beside the target and renames; what may come back is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from welfare_desktop.domain.completeness import fill_of_plan
from welfare_desktop.domain.merging.lines import Value
from welfare_desktop.domain.progress import Progress
from welfare_desktop.domain.values import values_of
from welfare_desktop.domain.years import compact_era, fiscal_label

from .merge_state import undecided
from .office import OfficeWords, chosen_owners, office_of, safe_name, set_office
from .printing import edition_of, official_paper, report_snapshot, summary_of
from .session import Session
from .tasks import Task, Written
from .tracking import base_of, new_identity, origin_of, remember


def official_task(session: Session, year: int, target: Path, *, family: str | None = None, force: bool = False) -> Task:
    """Prepare writing the official A3 workbook of fiscal ``year``; its page numbers are those of the printed report.

    Raises InvalidValue for a year that is none of the plan's; running raises TargetInTheWay and Cancelled, the old
    file is then whole.
    """
    plan, edition = report_snapshot(session, year), edition_of(session)
    identity = None if session.read_only else new_identity(session, "official", year)

    def run(progress: Progress) -> Written:
        from welfare_desktop.exchange.official_workbook import OfficialOptions, write_official
        from welfare_desktop.paper.measurer import QtMeasurer

        paper = official_paper(plan, year, edition, family=family, progress=progress)
        write_official(
            plan,
            year,
            target,
            measurer=QtMeasurer(),
            pages=paper.plan,
            options=OfficialOptions(edition.made_on, edition.maker, identity=identity),
            progress=progress,
            force=force,
        )
        return Written((target,), len(paper.pages), paper.notes)

    def finish(open_session: Session) -> None:
        if identity is not None:
            remember(open_session, identity, base_of(plan), target)

    return Task(f"{fiscal_label(year)}の報告書を書き出しています", run, finish)


def figures_file(target: Path) -> Path:
    """Return where the figures go that belong to a CSV of texts."""
    return target.with_name(f"{target.stem}_指標{target.suffix}")


def flat_task(session: Session, year: int, target: Path, *, force: bool = False) -> Task:
    """Prepare writing one value per cell for analysis: a workbook, or with ``.csv`` its texts as CSV.

    A CSV carries no keys and cannot be merged; the figures go beside it as ``…_指標.csv``.
    """
    plan, edition = report_snapshot(session, year), edition_of(session)
    as_csv = target.suffix.lower() == ".csv"
    identity = None if session.read_only or as_csv else new_identity(session, "flat", year)

    def run(progress: Progress) -> Written:
        from welfare_desktop.exchange.files import replacing_all
        from welfare_desktop.exchange.flat_rows import FlatTable
        from welfare_desktop.exchange.flat_workbook import FlatOptions, write_csv, write_flat

        if as_csv:
            figures = figures_file(target)
            with replacing_all((target, figures), force=force) as fresh:
                write_csv(plan, year, fresh[figures], FlatTable.FIGURES, force=True)
                write_csv(plan, year, fresh[target], FlatTable.TEXTS, force=True)
            return Written((target, figures))
        options = FlatOptions(edition.made_on, identity=identity)
        write_flat(plan, year, target, options=options, progress=progress, force=force)
        return Written((target,))

    def finish(open_session: Session) -> None:
        if identity is not None:
            remember(open_session, identity, base_of(plan), target)

    return Task(f"{fiscal_label(year)}の一覧表を書き出しています", run, finish)


def template_task(session: Session, year: int, template: Path, target: Path, *, force: bool = False) -> Task:
    """Prepare filling an office's own workbook with the report of fiscal ``year``.

    The cells the office named are filled, everything else stays (see ``domain.template_names``).  What comes back is
    not merged: the file carries no keys.
    """
    plan, edition = report_snapshot(session, year), edition_of(session)
    notes = session.notes()

    def run(progress: Progress) -> Written:
        from welfare_desktop.domain.template_names import Dictionary
        from welfare_desktop.exchange.template_workbook import fill_template

        dictionary = Dictionary(plan, year, edition.made_on, notes)
        filled = fill_template(template, target, dictionary, progress=progress, force=force)
        told = [f"{filled.cells} か所に書き込みました。"]
        told += [f"そのうち {filled.drafts} か所は確認前の下書きです。"] if filled.drafts else []
        return Written((target,), 0, (*told, *filled.notes))

    return Task(f"{fiscal_label(year)}の内容を様式に書き込んでいます", run)


def text_task(session: Session, year: int, target: Path, *, force: bool = False) -> Task:
    """Prepare writing the read-aloud text (読み上げ用) of fiscal ``year``: UTF-8, LF."""
    plan = report_snapshot(session, year)

    def run(_progress: Progress) -> Written:
        from welfare_desktop.exchange.files import write_bytes
        from welfare_desktop.exchange.read_aloud import read_aloud

        write_bytes(target, read_aloud(plan, year).encode("utf-8"), force=force)
        drafts = fill_of_plan(plan, year).draft
        told = (f"確認前の下書きが {drafts} 欄あり、そのまま入っています。",) if drafts else ()
        return Written((target,), 0, told)

    return Task(f"{fiscal_label(year)}の読み上げ用テキストを書き出しています", run)


def department_file(folder: Path, year: int, department: str) -> Path:
    """Return where the workbook of one department goes."""
    return folder / f"{compact_era(year)}_{safe_name(department)}.xlsx"


def departments_task(
    session: Session,
    year: int,
    folder: Path,
    *,
    names: Sequence[str] = (),
    words: OfficeWords | None = None,
    force: bool = False,
) -> Task:
    """Prepare writing one workbook per department into ``folder`` (made when missing); ``names`` empty means all.

    ``words`` are what the office says on them (None: what it said so far); they are stored when the files are there.
    Raises InvalidValue for a department that has nothing to answer in that year, or that ``words`` name and the plan
    does not know.
    """
    plan = report_snapshot(session, year)
    chosen = chosen_owners(plan, year, names)
    edition, notes = edition_of(session), office_of(session, year, words)
    ids = {department.name: department for department in plan.departments}
    identities = {name: new_identity(session, "department", year, ids.get(name), name) for name in chosen}
    targets = {name: department_file(folder, year, name) for name in chosen}
    bases: dict[str, Mapping[str, Value]] = {}

    def run(progress: Progress) -> Written:
        from welfare_desktop.exchange.department_instructions import Cover
        from welfare_desktop.exchange.department_workbook import DepartmentOptions, write_department
        from welfare_desktop.exchange.files import folder_for_files, replacing_all
        from welfare_desktop.paper.measurer import QtMeasurer, ensure_application

        ensure_application()
        measurer = QtMeasurer()
        # All or none: a file nobody remembers sending could not be merged when it comes back.
        with folder_for_files(folder), replacing_all(tuple(targets.values()), force=force) as fresh:
            for done, name in enumerate(chosen):
                progress.step(done, len(chosen), name)
                cover = Cover(notes.deadline_shown, notes.contact, notes.reference_of(name))
                bases[name] = write_department(
                    plan,
                    name,
                    year,
                    fresh[targets[name]],
                    measurer=measurer,
                    identity=identities[name],
                    options=DepartmentOptions(cover, edition.made_on),
                    force=True,
                )
        return Written(tuple(targets.values()))

    def finish(open_session: Session) -> None:
        if words is not None:
            set_office(open_session, year, words)
        for name, base in bases.items():
            remember(open_session, identities[name], base, targets[name], notes.deadline_iso)

    return Task(f"{fiscal_label(year)}の担当課の記入用紙を書き出しています", run, finish)


def package_task(session: Session, year: int, target: Path, *, force: bool = False) -> Task:
    """Prepare writing everything for another copy of the program (受渡しファイル)."""
    plan = report_snapshot(session, year)
    origin = origin_of(session)
    identity = new_identity(session, "package", year)
    values, waiting = list(values_of(plan)), undecided(session)

    def run(_progress: Progress) -> Written:
        from welfare_desktop.exchange.package import PackageIdentity, write_package

        package = PackageIdentity(
            identity.export_id,
            identity.dataset_id,
            origin.id if origin else "",
            year,
            identity.base_revision,
            identity.made_on,
            waiting,
        )
        write_package(values, package, target, force=force)
        return Written((target,))

    def finish(open_session: Session) -> None:
        remember(open_session, identity, base_of(plan), target)

    return Task("受渡しファイルを書き出しています", run, finish)


def summary_task(session: Session, year: int, target: Path, *, force: bool = False) -> Task:
    """Prepare the committee's summary as a workbook."""
    summary, notes = summary_of(session, year)

    def run(progress: Progress) -> Written:
        from welfare_desktop.exchange.summary_workbook import write_summary
        from welfare_desktop.paper.measurer import QtMeasurer, ensure_application

        ensure_application()
        write_summary(summary, target, measurer=QtMeasurer(), notes=notes, progress=progress, force=force)
        return Written((target,))

    return Task(f"{fiscal_label(year)}の概要を書き出しています", run)
