"""What a merge leaves in writing: the list of whom to remind, and the log of what became of every file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from welfare_desktop.domain.dates import shown_date
from welfare_desktop.domain.merging.returned import FileKind
from welfare_desktop.domain.years import fiscal_label

from .ledger import Arrival, Exchanged, LedgerRow, LedgerState, Unread
from .list_sheets import Sheet, SheetText

#: What has not come back, or not so that it can be read: somebody has to be asked.
MISSING = (LedgerState.SENT, LedgerState.OVERDUE, LedgerState.UNREADABLE)
#: Cells that begin like this would be formulas in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t")
_SHARES = (16, 9, 10, 12, 12, 22, 9, 30)
HEADINGS = ("担当課", "年度", "配った日", "提出期限", "返った日", "返ったファイル", "状態", "わけ・次にすること")


def next_step(row: LedgerRow, today: date) -> str:
    """Return why a sheet stands where it stands and what to do about it; empty when nothing is to be done."""
    package = row.kind is FileKind.PACKAGE
    match row.state:
        case LedgerState.SENT if package:
            return "受渡しファイルは、まだ返ってきていません。"
        case LedgerState.OLD_VERSION if package:
            return "前に渡した受渡しファイルから作って返ってきました。取り込んだ内容を確かめてください。"
        case LedgerState.OVERDUE:
            assert row.deadline is not None
            return f"期限を {(today - row.deadline).days} 日過ぎています。督促してください。"
        case LedgerState.SENT:
            left = None if row.deadline is None else (row.deadline - today).days
            return "期限が決まっていません。" if left is None else f"期限まで {left} 日です。"
        case LedgerState.OLD_VERSION:
            return "前に配った用紙で返ってきました。取り込んだ内容を確かめてください。"
        case LedgerState.UNREADABLE:
            return f"{row.unread[-1].message}{row.unread[-1].next_step}"
        case LedgerState.TWICE:
            return f"{len(row.arrivals)} 回返ってきました。"
        case _:
            notes = sum(item.notes for item in row.arrivals)
            words = [f"お知らせが {notes} 件あります。"] if notes else []
            words += [f"読めないファイルも来ています（{item.file_name}）。" for item in row.unread]
            return "".join(words)


def ledger_cells(row: LedgerRow, today: date) -> tuple[str, ...]:
    """Return a row of the ledger as text, in the order of ``HEADINGS``."""
    came: Sequence[Arrival | Unread] = (
        (*row.arrivals, *row.unread) if row.state is LedgerState.UNREADABLE else row.arrivals
    )
    files = tuple(dict.fromkeys(item.file_name for item in came))
    more = f" ほか {len(files) - 1}" if len(files) > 1 else ""
    return (
        row.department if row.kind is FileKind.DEPARTMENT else f"{row.department}（{row.kind.label}）",
        fiscal_label(row.year),
        _days(row.sent[-1:]),
        shown_date(row.deadline) if row.deadline else "—",
        _days([item.at for item in came]) or "—",
        f"{files[0]}{more}" if files else "—",
        row.state.label,
        next_step(row, today),
    )


def _days(times: Iterable[datetime]) -> str:
    local = (at.astimezone() for at in times)
    return "・".join(dict.fromkeys(f"{at.year}/{at.month}/{at.day}" for at in local))


def unread_cells(item: Unread) -> tuple[str, ...]:
    """Return a file that nobody can be told to have sent as a row of the ledger."""
    state = LedgerState.UNREADABLE.label
    return ("（どの課か不明）", "—", "—", "—", _days([item.at]), item.file_name, state, item.message + item.next_step)


def exchanged_cells(item: Exchanged) -> tuple[str, ...]:
    """Return a file that went out or came in as a row of the ledger."""
    day, year = _days([item.at]), fiscal_label(item.year) if item.year else "—"
    out, back = (day, "—") if item.out else ("—", day)
    state = "配った" if item.out else "読めない" if item.remark else "返った"
    return (item.department or "—", year, out, "—", back, item.file_name, state, item.remark or item.kind)


# --- on paper -------------------------------------------------------------------------------------------------------


def ledger_sheet(cells: Sequence[Sequence[str]], today: date, title: str = "提出台帳") -> Sheet:
    """Return rows of the ledger as a list to print."""
    about = f"{shown_date(today)} 現在　{len(cells)} 件"
    rows = [[[SheetText(text, bold=place == 0)] for place, text in enumerate(row)] for row in cells]
    return Sheet(title, about, HEADINGS, _SHARES, rows)


def reminder_sheet(rows: Sequence[LedgerRow], today: date) -> Sheet:
    """Return whom to remind as a list to print."""
    return ledger_sheet([ledger_cells(row, today) for row in rows if row.state in MISSING], today, "督促の一覧")


def log_sheet(lines: Sequence[str], today: date) -> Sheet:
    """Return the log of a merge as a list to print; a line that goes on with the one above is set smaller."""
    rows = [[[SheetText(line.strip(), small=line.startswith(" "), bold=not line.startswith(" "))]] for line in lines]
    shown = [row for row, line in zip(rows, lines, strict=True) if line.strip()]
    return Sheet("取込みの記録", f"{shown_date(today)} 印刷", ("記録",), (1,), shown)


# --- in files -------------------------------------------------------------------------------------------------------


def write_reminders(target: Path, rows: Sequence[LedgerRow], today: date, *, force: bool = False) -> int:
    """Write whom to remind as CSV (for Excel) or, with another suffix than ``.csv``, as text; return how many.

    Raises WelfareError when the file cannot be written or is there already and ``force`` is False.
    """
    missing = [ledger_cells(row, today) for row in rows if row.state in MISSING]
    if target.suffix.lower() == ".csv":
        text = _csv([HEADINGS, *missing])
    else:
        head = f"督促の一覧　{shown_date(today)} 現在　{len(missing)} 件"
        text = "\n".join([head, "", *("　".join(cells) for cells in missing)]) + "\n"
    _write(target, text, force=force)
    return len(missing)


def write_log(target: Path, lines: Sequence[str], *, force: bool = False) -> None:
    """Write the log of a merge as text Windows' editor reads; raises WelfareError as :func:`write_reminders`."""
    _write(target, "\n".join(lines) + "\n", force=force)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue()


def _write(target: Path, text: str, *, force: bool) -> None:
    from welfare_desktop.exchange.files import replacing

    with replacing(target, force=force) as fresh:
        fresh.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
