"""Commands on indicators and results: targets over the years, corrections, links, numbers, judgements.

An indicator, target or result is named by its number in its slot, counted from 1 as on screen.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from welfare_desktop.domain.errors import InvalidValue
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.model import Indicator, Judgement, Result, TargetKind

from .command import Answer, Command, add_db, count_of, grouped, run_kind

if TYPE_CHECKING:
    from welfare_desktop.domain.target_correction import TargetDraft
    from welfare_desktop.domain.target_history import TargetPoint, TargetSeries
    from welfare_desktop.operations.measures import Place
    from welfare_desktop.operations.session import Session


def _place_arguments(parser: argparse.ArgumentParser, field: str, example: str) -> None:
    add_db(parser)
    parser.add_argument("address", metavar="ADDRESS", help=f"{field}の番地。例: {example}")
    parser.add_argument("line", type=count_of, metavar="N", help="その欄の何行目か（1から）")


# --- list ---------------------------------------------------------------------------------------------------------


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("address", nargs="?", metavar="ADDRESS", help="一つの記入欄だけ。例: 1-1-3/city.2/indicators")


def _list(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.domain.targets import describe_target
    from welfare_desktop.operations.measures import all_courses
    from welfare_desktop.operations.opening import open_file

    with closing(open_file(Path(arguments.db), read_only=True)) as session:
        found = list(all_courses(session, arguments.address))
    data, lines = [], []
    for address, number, course in found:
        data.append(_course(address, number, course))
        by_hand = "（手で直した目標）" if course.indicator.targets is not None else ""
        lines.append(f"{address} {number} {course.indicator.text}")
        lines.append(f"  目標{course.target_index + 1} {describe_target(course.target)}{by_hand}")
        lines += [f"    {_point_words(point)}" for point in course.points if point.reported]
    return Answer({"targets": data}, (*lines, f"目標 {len(found)} 件"))


def _point_words(point: TargetPoint) -> str:
    from welfare_desktop.domain.target_history import point_words

    return point_words(point)


def _course(address: str, number: int, course: TargetSeries) -> dict[str, Any]:
    from welfare_desktop.domain.fields import target_to_json

    return {
        "address": address,
        "indicator": number,
        "target": course.target_index + 1,
        "text": course.indicator.text,
        **target_to_json(course.target),
        "corrected": course.indicator.targets is not None,
        "years": [
            {
                "year": point.year,
                "value": None if point.value is None else str(point.value),
                "unit": point.unit,
                "results": list(point.texts),
                "judgement": point.judgement.value,
                "reason": point.reason,
                "by_hand": point.overridden,
            }
            for point in course.points
            if point.reported
        ],
    }


# --- correct ------------------------------------------------------------------------------------------------------


def _correct_arguments(parser: argparse.ArgumentParser) -> None:
    _place_arguments(parser, "主な活動指標", "1-1-3/city/indicators")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--as-read", action="store_true", help="文から読んだとおりに戻す")
    how.add_argument(
        "--targets",
        metavar="JSON",
        help='目標の並び。例: [{"kind": "by_year", "value": "70", "unit": "％", "comparator": "≥", "fiscal_year": "2020"}]',
    )


def _correct(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.measures import correct_targets, place_of
    from welfare_desktop.operations.opening import open_file

    drafts = None if arguments.as_read else _drafts(arguments.targets)
    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        place, key = place_of(session, arguments.address)
        indicator_id = _id_of(session, key, "indicators", arguments.line)
        applied = correct_targets(session, place, indicator_id, drafts)
    return _changed(applied, "目標を直しました。")


def _drafts(text: str) -> list[TargetDraft]:
    """Read targets from JSON; a target that keeps its place in the list keeps its judgements."""
    from welfare_desktop.domain.target_correction import TargetDraft

    try:
        items = json.loads(text)
        if not isinstance(items, list):
            raise TypeError
        return [
            TargetDraft(
                TargetKind(item["kind"]),
                _plain(item.get("value")),
                _plain(item.get("unit")),
                _plain(item.get("comparator")) or "=",
                _plain(item.get("fiscal_year")),
                _plain(item.get("wording")),
                number,
            )
            for number, item in enumerate(items)
        ]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        kinds = "、".join(kind.value for kind in TargetKind)
        raise InvalidValue(
            "目標の並びを JSON として読めません。",
            code="W-105",
            where="--targets",
            next_step=f"kind には {kinds} のどれかを書いてください。何も変わっていません。",
        ) from error


def _plain(value: object) -> str:
    return "" if value is None else str(value)


# --- results ------------------------------------------------------------------------------------------------------


def _link_arguments(parser: argparse.ArgumentParser) -> None:
    add_db(parser)
    parser.add_argument("address", metavar="ADDRESS", help="実績の番地。例: 1-1-3/city/results@2018")
    parser.add_argument("line", nargs="?", type=count_of, metavar="N", help="その欄の何行目か（1から）")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--indicator", type=count_of, metavar="M", help="この記入欄の M 番目の指標の実績")
    how.add_argument("--none", action="store_true", help="どの指標の実績でもない")
    how.add_argument("--undecided", action="store_true", help="プログラムの案に任せる")
    how.add_argument("--confirm-all", action="store_true", help="その欄の対応の案をすべて確認する（N は要らない）")


def _link(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.measures import confirm_links, link_result
    from welfare_desktop.operations.opening import open_file

    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        place, key, year = _results_place(session, arguments.address)
        if arguments.confirm_all:
            return _changed(confirm_links(session, place, year), "対応の案を確認しました。")
        if arguments.line is None:
            raise InvalidValue("何行目の実績か指定してください。", code="W-001", next_step="番地の後に番号を書きます。")
        link: str | None = "" if arguments.none else None
        if arguments.indicator is not None:
            link = _id_of(session, key, "indicators", arguments.indicator)
        result_id = _id_of(session, key, "results", arguments.line)
        return _changed(link_result(session, place, year, result_id, link), "対応を決めました。")


def _number_arguments(parser: argparse.ArgumentParser) -> None:
    _place_arguments(parser, "実績", "1-1-3/city/results@2018")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--value", metavar="数", help="判定に使う数")
    how.add_argument("--as-written", action="store_true", help="実績の文から読む")
    parser.add_argument("--unit", default="", metavar="単位", help="数の単位（省くと文のまま）")


def _number(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.measures import set_number
    from welfare_desktop.operations.opening import open_file

    if arguments.value is not None and not arguments.value.strip():
        raise InvalidValue("数が入っていません。", code="W-101", where="--value", next_step="数を書いてください。")
    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        place, key, year = _results_place(session, arguments.address)
        result_id = _id_of(session, key, "results", arguments.line)
        applied = set_number(session, place, year, result_id, arguments.value or "", arguments.unit)
    return _changed(applied, "数値を決めました。")


# --- judgements ---------------------------------------------------------------------------------------------------


def _judge_arguments(parser: argparse.ArgumentParser) -> None:
    _place_arguments(parser, "実績", "1-1-3/city/results@2018")
    parser.add_argument("--target", type=count_of, default=1, metavar="T", help="その指標の何番目の目標か（省くと1）")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--as", dest="judgement", choices=[item.value for item in Judgement], help="判定")
    how.add_argument("--automatic", action="store_true", help="プログラムの判定に任せる")
    parser.add_argument("--why", default="", metavar="理由", help="手で決めた理由（判定には要る）")


def _judge(arguments: argparse.Namespace) -> Answer:
    from welfare_desktop.operations.measures import set_judgement
    from welfare_desktop.operations.opening import open_file

    judgement = None if arguments.automatic else Judgement(arguments.judgement)
    with closing(open_file(Path(arguments.db), who=arguments.who)) as session:
        place, key, year = _results_place(session, arguments.address)
        indicator_id = _id_of(session, key, "indicators", arguments.line)
        applied = set_judgement(session, place, year, indicator_id, arguments.target - 1, judgement, arguments.why)
    return _changed(applied, "判定を決めました。")


# --- naming -------------------------------------------------------------------------------------------------------


def _results_place(session: Session, address: str) -> tuple[Place, FieldKey, int]:
    """Return the slot and the year of an address of results; raises InvalidValue for another field's."""
    from welfare_desktop.operations.editing import require_year
    from welfare_desktop.operations.measures import place_of

    place, key = place_of(session, address)
    if key.name != "results" or key.year is None:
        raise InvalidValue(
            "実績の番地ではありません。",
            code="W-105",
            where=address,
            next_step="1-1-3/city/results@2018 のように書いてください。",
        )
    require_year(session, key)
    return place, key, key.year


def _id_of(session: Session, key: FieldKey, name: str, number: int) -> str:
    """Return the id of line ``number`` (from 1) of the slot's indicators or of its results in the key's year."""
    year = key.year if name == "results" else None
    items = session.value(FieldKey(key.owner, key.owner_id, name, None, year))
    assert isinstance(items, tuple)
    if number > len(items):
        what = "指標" if name == "indicators" else "実績"
        raise InvalidValue(
            f"{number} 番目の{what}はありません（{len(items)} 行あります）。",
            code="W-105",
            where=str(number),
            next_step="番号を確かめてください。何も変わっていません。",
        )
    item = items[number - 1]
    assert isinstance(item, Indicator | Result)
    return item.id


def _changed(applied: object, words: str) -> Answer:
    """Answer whether an operation changed something; it returns None where it did not."""
    changed = applied is not None
    return Answer({"changed": changed}, (words if changed else "何も変わっていません。",))


_KINDS = (
    Command("list", "目標と、年度ごとの実績・判定の一覧", _list_arguments, _list),
    Command("correct", "指標の目標を手で直す（文は変わらない）", _correct_arguments, _correct),
    Command("link", "実績がどの指標のものかを決める", _link_arguments, _link),
    Command("number", "実績の数を手で決める", _number_arguments, _number),
    Command("judge", "ある年度の判定を、理由を添えて手で決める", _judge_arguments, _judge),
)

COMMANDS = (Command("targets", "目標: 一覧、手直し、実績との対応、判定", grouped(_KINDS), run_kind),)
