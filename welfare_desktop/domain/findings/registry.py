"""All rules of proofreading, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..model import Activity, ActivityGoal, BasicGoal, Plan
from . import filling, measures, repeats, variants, wording
from .model import Finding, Group, Rule, Scene, Severity
from .spellings import Spellings

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

RULES: tuple[Rule, ...] = (
    Rule("planned_in_past", _W, Group.FORM, "予定の文が過去形", wording.planned_in_past),
    Rule("status_in_present", _W, Group.FORM, "実施状況の文が現在形", wording.status_in_present),
    Rule("unmatched_bracket", _W, Group.FORM, "かっこの組が合わない", wording.unmatched_bracket),
    Rule("torn_word", _W, Group.FORM, "文の途中の空白", wording.torn_word),
    Rule("half_width_colon", _W, Group.FORM, "半角の「:」", wording.half_width_colon),
    Rule("missing_full_stop", _W, Group.FORM, "文末の「。」がない", wording.missing_full_stop),
    Rule("doubled", _W, Group.FORM, "字やことばの重なり", wording.doubled),
    Rule("years_disagree", _E, Group.FORM, "元号と西暦が合わない", wording.years_disagree),
    Rule("old_form", _W, Group.VARIANTS, "旧字体", variants.old_form),
    Rule("radical", _W, Group.VARIANTS, "形の似た別の文字", variants.radical),
    Rule("unit_spelling", _W, Group.VARIANTS, "箇所／か所", variants.unit_spelling),
    Rule("shogai", _W, Group.VARIANTS, "障がい／障害", variants.shogai),
    Rule("name_variation", _W, Group.VARIANTS, "名称のゆれ", variants.name_variation),
    Rule("unit_mismatch", _W, Group.MEASURES, "単位不一致", measures.unit_mismatch),
    Rule("result_without_number", _W, Group.MEASURES, "実績に数値がない", measures.result_without_number),
    Rule("result_doubtful", _W, Group.MEASURES, "実績の数え方が合わない", measures.result_doubtful),
    Rule("result_unlinked", _W, Group.MEASURES, "実績の対応が不明", measures.result_unlinked),
    Rule("target_unreadable", _W, Group.MEASURES, "目標が読み取れない", measures.target_unreadable),
    Rule(
        "target_corrected_before",
        _W,
        Group.MEASURES,
        "目標の手直しのあとに文が変わった",
        measures.target_corrected_before,
    ),
    Rule("target_missed", _I, Group.MEASURES, "目標に未達", measures.target_missed),
    Rule("same_line_twice", _W, Group.REPEATS, "同じ行が二度", repeats.same_line_twice),
    Rule("plan_equals_status", _W, Group.REPEATS, "状況と予定が同文", repeats.plan_equals_status),
    Rule("same_as_last_year", _I, Group.REPEATS, "昨年度と同文", repeats.same_as_last_year),
    Rule("blank", _W, Group.FILLING, "未記入", filling.blank_field),
    Rule("draft", _W, Group.FILLING, "下書きのまま", filling.draft_left),
    Rule("no_department", _W, Group.FILLING, "担当課が未割当", filling.no_department),
    Rule("empty_title", _E, Group.FILLING, "活動名がない", filling.empty_title),
    Rule("personal_data", _W, Group.PRIVACY, "個人の情報らしい文字", filling.personal_data),
)


def check(
    plan: Plan,
    year: int,
    *,
    activities: Collection[tuple[int, int, int]] | None = None,
    rules: Sequence[Rule] = RULES,
    spellings: Spellings | None = None,
) -> tuple[Finding, ...]:
    """Proofread the report of fiscal ``year``: status@Y, planned@Y+1, indicators, results@Y and what stands around them.

    ``activities`` limits the check to activities with these numbers (basic goal, activity goal, activity); then
    ``spellings`` of an earlier moment (:func:`spellings_of`) save counting the whole report again.  Findings come in the
    order of the report: by activity, actor, slot and field, then by line and by rule.
    """
    scene = Scene(plan, year, activities, spellings)
    found = [(finding, order) for order, rule in enumerate(rules) for finding in rule.find(scene)]
    found.sort(key=lambda item: (_place(item[0]), item[0].line or 0, item[1]))
    return tuple(finding for finding, _ in found)


def check_activity(
    plan: Plan,
    place: tuple[BasicGoal, ActivityGoal, Activity],
    year: int,
    *,
    spellings: Spellings,
    rules: Sequence[Rule] = RULES,
) -> tuple[Finding, ...]:
    """Proofread one activity as :func:`check` does, without looking at the rest of ``plan``.

    ``place`` is the activity (with the entries of ``year`` and the years beside it) and the goals above it, whose other
    children do not matter.
    """
    return check(plan_of_one(plan, place), year, rules=rules, spellings=spellings)


def plan_of_one(plan: Plan, place: tuple[BasicGoal, ActivityGoal, Activity]) -> Plan:
    """Return ``plan`` with nothing in it but one activity."""
    basic_goal, goal, activity = place
    return replace(plan, basic_goals=(replace(basic_goal, activity_goals=(replace(goal, activities=(activity,)),)),))


#: What a field says of itself wherever it is shown; listing it as a finding would say it twice.
SAID_BY_FIELDS = frozenset({"blank", "draft"})


def asks_for_a_look(finding: Finding) -> bool:
    """Whether a finding is counted as 要確認: not mere information, and nothing a field says of itself."""
    return finding.severity is not Severity.INFO and finding.rule not in SAID_BY_FIELDS


def spellings_of(plan: Plan, year: int) -> Spellings:
    """Return how the report of ``year`` spells what can be spelled in several ways."""
    return Scene(plan, year).spellings


_FIELD_ORDER = (
    "title",
    "residents_role",
    "organizations_role",
    "initiatives",
    "departments",
    "status",
    "planned",
    "indicators",
    "results",
)


def _place(finding: Finding) -> tuple[int, int, int, str, int, int]:
    """Return where a finding stands in the report; the council comes before the city, an activity's own fields first."""
    address = finding.address
    actor = "" if address.actor is None else {"council": "1", "city": "2"}[address.actor.value]
    numbers = (address.basic_goal, address.activity_goal or 0, address.activity or 0)
    return (*numbers, actor, address.slot or 0, _FIELD_ORDER.index(address.field))
