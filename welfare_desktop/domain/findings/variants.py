"""Rules on one thing written in two ways: old forms of characters, spellings of a unit, names that differ by a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ..differences import common_prefix
from ..linking import counted_in, name_of_result, targets_of
from ..targets import target_names
from .model import Finding, Passage, Rule, Scene, SlotPlace
from .spellings import COUNTED_PLACES, free_shogai

# --- forms of characters ------------------------------------------------------------------------------------------

#: Old forms and their present ones.  Both are right in names of people and places, so only a word that the plan also
#: writes in the present form counts.
_OLD_FORMS = str.maketrans(
    "氣會國學區體團藝圓廣變當禮發對應實榮濟齒獎勸觀聲與從來專點數萬",
    "気会国学区体団芸円広変当礼発対応実栄済歯奨勧観声与従来専点数万",
)
_OLD = re.compile("[" + "".join(map(chr, _OLD_FORMS)) + "]")
#: Characters a PDF gives instead of the kanji they look like.
_RADICALS = re.compile("[\u2e80-\u2ef3\u2f00-\u2fd5]")


def holds_old_form(text: str) -> bool:
    """Whether ``text`` holds a character :func:`old_form` compares with the rest of the report."""
    return _OLD.search(text) is not None


def old_form(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A word with an old character that the report writes with the present one elsewhere: お元氣コール, お元気コール."""
    text = scene.spellings.text
    for passage in scene.passages:
        for index, line in enumerate(passage.lines):
            for match in _OLD.finditer(line):
                position = match.start()
                word = _around(line, position, match[0])
                new_word = _around(line, position, match[0].translate(_OLD_FORMS))
                if len(word) >= 3 and new_word in text:
                    suggestion = line.replace(word, new_word)
                    message = f"ほかでは「{new_word}」と書いています。"
                    yield rule.at(passage, index, message, suggestion=suggestion, span=match.span())
                    break


def _around(line: str, position: int, char: str) -> str:
    """Return the word around a position with ``char`` in it: a character before, and kanji or katakana after."""
    before = re.search("[一-鿿々ぁ-んァ-ヺー]?$", line[max(0, position - 1) : position])
    after = re.match("[一-鿿々]{1,2}|[ァ-ヺー]{1,6}|[ぁ-ん]{0,1}", line[position + 1 :])
    return (before[0] if before else "") + char + (after[0] if after else "")


def radical(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A radical sign in place of a kanji, as text copied out of a PDF has them."""
    for passage in scene.passages:
        for index, line in enumerate(passage.lines):
            match = _RADICALS.search(line)
            if match:
                suggestion = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), line)
                message = f"「{match[0]}」は形の似た別の文字です（PDF からの写し）。"
                certain = not _RADICALS.search(suggestion)
                yield rule.at(
                    passage,
                    index,
                    message,
                    suggestion=suggestion if certain else "",
                    certain=certain,
                    span=match.span(),
                )


# --- spellings ----------------------------------------------------------------------------------------------------


def unit_spelling(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A count of places spelled otherwise than most of the report does: 箇所, ヵ所, か所."""
    usual = scene.spellings.usual_place
    for passage in scene.passages if usual else ():
        for index, line in enumerate(passage.lines):
            match = next((found for found in COUNTED_PLACES.finditer(line) if found["word"] != usual), None)
            if match:
                suggestion = COUNTED_PLACES.sub(lambda found: found[0].replace(found["word"], usual), line)
                message = f"ほかでは「{usual}」と書いています。"
                yield rule.at(passage, index, message, suggestion=suggestion, certain=True, span=match.span("word"))


def shogai(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """障害 where the report otherwise writes 障がい; not in names of laws, bodies and services."""
    for passage in scene.passages if scene.spellings.prefers_shogai_soft else ():
        for index, line in enumerate(passage.lines):
            span = next(free_shogai(line), None)
            if span:
                suggestion = line[: span[0]] + "障がい" + line[span[1] :]
                yield rule.at(passage, index, "ほかでは「障がい」と書いています。", suggestion=suggestion, span=span)


# --- names --------------------------------------------------------------------------------------------------------

#: A name an office gives: words ending in what it is.
_NAME = re.compile(
    "[一-鿿々ァ-ヺー・みりえいきちあれづく]{2,24}?(?:研修会|講座|講習会|説明会|交流会|連絡会|検討会|定例会|協議会|委員会|会議|フェスタ|大会|訓練|"
    "活動計画|マップ|プロジェクト|推進事業|シミュレーション|コーディネーター|サポーター|センター)"
)
#: Words that come and go without changing what is named.
_LOOSE = re.compile(
    "[\\s()（）「」『』・、,:：]|の(?:開催|実施|運営|設置)|(?:開催|実施)?支援|開催|実施|[のをに]|等|件数$|数$|地区社協数|取組地区"
)
#: How many characters on each side two names must share, and by how many they may differ between.
_FLANK, _LONGEST_GAP = 3, 3


def name_variation(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """Two names in one activity that differ by a word inside: 見守り訪問活動研修会, 見守り活動研修会.

    The rarer one is told, the later one where both are as rare; results are also held against their indicators.
    """
    told: set[tuple[str, int]] = set()
    for passages in _by_activity(scene):
        for passage, index, span, words in _varied_names(passages):
            told.add((str(passage.address), index))
            message = f"この活動では「{words[0]}」とも書いています。"
            yield rule.at(passage, index, message, span=span)
    for place, judged in scene.judged:
        wanted = target_names(judged.indicator.text, targets_of(judged.indicator, scene.plan_years))[
            judged.target_index
        ]
        for passage, index in _results(scene, place, judged.result_indexes):
            line = passage.lines[index]
            if len(counted_in(line)) > 1 or (str(passage.address), index) in told:
                continue  # several things in one line have no one name
            pair = _one_word_apart(_LOOSE.sub("", wanted), _LOOSE.sub("", name_of_result(line)), 2)
            if pair:
                yield rule.at(passage, index, f"指標では「{pair[0]}」、実績では「{pair[1]}」です。")


def _by_activity(scene: Scene) -> Iterator[list[Passage]]:
    found: dict[tuple[int | None, ...], list[Passage]] = {}
    for passage in scene.passages:
        address = passage.address
        found.setdefault((address.basic_goal, address.activity_goal, address.activity), []).append(passage)
    yield from found.values()


def _varied_names(passages: Sequence[Passage]) -> Iterator[tuple[Passage, int, tuple[int, int], tuple[str, str]]]:
    """Yield (passage, line index, span, (other name, this name)) of one occurrence per pair of varied names."""
    places: dict[str, list[tuple[Passage, int, tuple[int, int]]]] = {}
    for passage in passages:
        for index, line in enumerate(passage.lines):
            for match in _NAME.finditer(line):
                name = match[0].lstrip("・")
                span = (match.end() - len(name), match.end())
                places.setdefault(name, []).append((passage, index, span))
    names = list(places)
    for position, one in enumerate(names):
        for other in names[position + 1 :]:
            if _one_word_apart(one, other, _FLANK):
                kept, varied = (one, other) if len(places[one]) >= len(places[other]) else (other, one)
                passage, index, span = places[varied][0]
                yield passage, index, span, (kept, varied)


def _results(scene: Scene, place: SlotPlace, indexes: Sequence[int]) -> Iterator[tuple[Passage, int]]:
    """Yield the passage and the line of results, given by their index over the slots of ``place``'s actor."""
    first = 0
    for other in scene.slots_of(place.activity):
        if other.part.actor is not place.part.actor:
            continue
        lines = tuple(item.text for item in other.slot.results.get(scene.year, ()))
        passage = Passage(other.address("results", scene.year), other.slot.id, lines)
        yield from ((passage, index - first) for index in indexes if first <= index < first + len(lines))
        first += len(lines)


def _one_word_apart(one: str, other: str, flank: int) -> tuple[str, str] | None:
    """Return both wordings when they differ by one short word inside, with ``flank`` equal characters on each side."""
    if one == other or abs(len(one) - len(other)) > _LONGEST_GAP:
        return None
    head = common_prefix(one, other)
    shorter = min(len(one), len(other))
    tail = min(common_prefix(one[::-1], other[::-1]), shorter - head)
    if head < flank or tail < flank or max(len(one), len(other)) - head - tail > _LONGEST_GAP:
        return None
    start = max(0, head - 6)
    return one[start : len(one) - tail + 6], other[start : len(other) - tail + 6]
