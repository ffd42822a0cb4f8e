"""Rules on what is missing or should not be there: blank fields, drafts, departments, personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..addresses import Address
from ..completeness import slot_fields
from ..fields import Owner, spec_of
from ..model import EntryState
from ..numbers import half_width
from ..years import fiscal_label
from .model import Finding, Rule, Scene, is_council


def blank_field(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A field the report asks for that holds nothing; 「—」 would say that nothing is meant to be there."""
    for place in scene.slots:
        for item in slot_fields(place.slot, scene.year):
            if item.state is EntryState.BLANK:
                label = spec_of(Owner.SLOT, item.field).label
                message = f"{fiscal_label(item.year)}の{label}が未記入です。該当がなければ「—」を入れてください。"
                yield rule.on(place.address(item.field, item.year), place.slot.id, message)


def draft_left(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A draft of the rollover nobody confirmed."""
    for place in scene.slots:
        for item in slot_fields(place.slot, scene.year):
            if item.state is EntryState.DRAFT:
                label = spec_of(Owner.SLOT, item.field).label
                message = f"{label}が下書きのままです。読んで確定してください。"
                yield rule.on(place.address(item.field, item.year), place.slot.id, message)


def no_department(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A slot of the city that no department answers for (未割当)."""
    for place in scene.slots:
        if not place.slot.departments and not is_council(place):
            yield rule.on(place.address("departments"), place.slot.id, "担当課が決まっていません（未割当）。")


def empty_title(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """An activity without a name."""
    seen: set[tuple[int, int, int]] = set()
    for place in scene.slots:
        if not place.activity.title.strip() and place.numbers not in seen:
            seen.add(place.numbers)
            address = Address(*place.numbers, None, None, "title", None)
            yield rule.on(address, place.activity.id, "活動名がありません。")


# --- personal data ------------------------------------------------------------------------------------------------

_PHONE = re.compile(r"(?<![0-9-])(?:0[0-9]{1,4}[-(][0-9]{1,4}[-)][0-9]{3,4}|0[5789]0[0-9]{8}|0[0-9]{9})(?![0-9-])")
_MAIL = re.compile(
    r"(?<![0-9A-Za-z._%+-])[0-9A-Za-z][0-9A-Za-z._%+-]{0,63}@[0-9A-Za-z-]{1,63}(?:\.[0-9A-Za-z-]{1,63}){1,8}"
)
#: A family name (and given name) before 様 or 氏; not 皆様, 利用者様, 同様, 様々, 様式.
_PERSON = re.compile(
    "(?<![一-鿿])(?P<name>[一-鿿]{1,4}(?:[ \u3000][一-鿿]{1,4})?)[ \u3000]?(?:様|氏)(?=[のにからとへがをはもより、。)） \u3000]|$|宅|方)"
)
_NOT_NAMES = re.compile(
    "^(?:子|奥|客|皆|同|多|異|模|仕|有|一|王|神|殿|人|何|彼|源|摂|華|両|貴|御|各|諸|若|先|他|逆|左|右|上)$"
    "|(?:皆|者|客|員|会|団体|企業|住民|市民|家族|遺族|各位|先生|世帯|社|校|課|町内|関係|地域|子供|児童|生徒|学生|施設|方々)$"
)


def personal_data(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """What looks like a telephone number, a mail address or somebody's name; the report is published."""
    for passage in scene.passages:
        for index, line in enumerate(passage.lines):
            for kind, (start, end) in _personal(line):
                message = f"{kind}らしい文字があります。公開してよいか確かめてください。"
                yield rule.at(passage, index, message, span=(start, end))


def _personal(line: str) -> Iterator[tuple[str, tuple[int, int]]]:
    plain = half_width(line).replace("‐", "-").replace("ー", "-").replace("―", "-")
    for match in _PHONE.finditer(plain):
        yield "電話番号", match.span()
    for match in _MAIL.finditer(plain):
        yield "メールアドレス", match.span()
    for match in _PERSON.finditer(line):
        if not _NOT_NAMES.search(match["name"].replace(" ", "").replace("\u3000", "")):
            yield "個人の名前", match.span()
