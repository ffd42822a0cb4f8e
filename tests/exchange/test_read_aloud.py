"""Text to be heard: headings and sentences, nothing left out, nothing spelled out."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.paper.sample import YEAR, sample_plan
from welfare_desktop.domain.model import NONE_MARKS, Plan
from welfare_desktop.exchange.read_aloud import read_aloud, sentence
from welfare_desktop.exchange.report_text import read_report_text

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "read_aloud_sample.txt"


@pytest.fixture(scope="module")
def real_plan(report_text: str) -> Plan:
    return read_report_text(report_text).plan


def test_the_sample_reads_as_on_file() -> None:
    """``WELFARE_GOLDEN=write`` writes it anew after a wanted change."""
    text = read_aloud(sample_plan(), YEAR)
    if os.environ.get("WELFARE_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("集まりを開きました。", "集まりを開きました。"),
        ("集まりの開催", "集まりの開催。"),
        ("集まりの開催【新規】", "新規、集まりの開催。"),
        ("集まり(講座【新規】、交流会)", "集まり(講座、新規、交流会)。"),
        ("苗の配布【新規】【再掲】", "苗の配布、新規、再掲。"),
        ("※県の事業による。", "注、県の事業による。"),
        ("○お話し会", "お話し会。"),
        ("行いました。(6件)", "行いました。(6件)"),
        ("—", "該当するものはありません。"),
    ],
)
def test_marks_are_put_into_words(line: str, heard: str) -> None:
    assert sentence(line) == heard


def test_every_line_of_the_real_report_is_heard(real_plan: Plan) -> None:
    heard = read_aloud(real_plan, 2018).split("\n")
    for _, _, activity in real_plan.walk():
        wanted = [*activity.residents_role, *activity.organizations_role]
        for part in activity.parts:
            wanted += part.initiatives
            for slot in part.slots:
                wanted += [
                    line for entry in (slot.status.get(2018), slot.planned.get(2019)) if entry for line in entry.lines
                ]
                wanted += [item.text for item in slot.indicators]
                wanted += [item.text for item in slot.results.get(2018, ())]
        for line in wanted:
            assert line in NONE_MARKS or sentence(line) in heard


def test_headings_come_in_order_and_nothing_is_a_mark(real_plan: Plan) -> None:
    text = read_aloud(real_plan, 2018)
    assert not re.search("[【】①-⑳※○・]", re.sub(r"(?<=.)・(?=.)", "", text))
    headings = re.findall("^活動目標(\\d)の(\\d)、取組み(\\d)、", text, re.MULTILINE)
    expected = [(str(b.number), str(g.number), str(a.number)) for b, g, a in real_plan.walk()]
    assert headings == expected
    assert "\n\n\n" not in text


def test_an_empty_plan_is_still_a_text() -> None:
    text = read_aloud(replace(sample_plan(), basic_goals=()), YEAR)
    assert text.startswith("見本市地域福祉計画実施状況報告")
