"""Sentence endings: turning what was planned (…します。) into a draft of what was done (…しました。).

Only the ending of a sentence is touched, never another character, and only where the turned form is sure.  What is not
sure stays as typed and says why, so that a person looks at it: :class:`Outcome` tells the two apart.  Noun phrases
(…の推進) say neither when nor whether, so they may stay.

A line may hold several sentences; brackets (年1回) and tags 【新規】 may follow an ending; 「…」 quotes a name and is left
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .model import NONE_MARKS


class Tense(StrEnum):
    """What the ending of a sentence says."""

    PRESENT = "present"  # or future: します, 行う
    PAST = "past"  # しました, 行った
    NOUN = "noun"  # の推進
    INTENDED = "intended"  # 予定です, したいと思います: turning it would change what it says
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of a line."""

    TURNED = "turned"
    KEPT = "kept"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Turned:
    """A line with its endings turned; ``reason`` is a Japanese sentence where a person has to look, else empty."""

    text: str
    outcome: Outcome
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether the line needs no look: it was turned, or says nothing about time."""
        return self.outcome is not Outcome.REVIEW


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a line: it ends at ``line[:end]``, before 。 and before brackets and tags that follow.

    ``bracketed`` sentences stand inside round brackets.
    """

    end: int
    tense: Tense
    bracketed: bool = False


def sentences_of(line: str) -> tuple[Sentence, ...]:
    """Return the sentences of ``line``, in order of their ends; brackets are looked into, 「…」 is not."""
    text = _QUOTED.sub(lambda match: "\0" * len(match[0]), line)
    found: list[Sentence] = []
    open_levels: list[_Level] = [_Level("")]
    for position, char in enumerate(text):
        level = open_levels[-1]
        if char in _ASIDES:
            open_levels.append(_Level(char))
        elif len(open_levels) > 1 and char in _ASIDES[level.opener]:
            open_levels.pop()
            if level.opener != "【":
                found += level.sentences(bracketed=True)
            open_levels[-1].add("\1", position)
        else:
            level.add(char, position)
    found += _joined(open_levels).sentences(bracketed=False)
    return tuple(sorted(found, key=lambda sentence: sentence.end))


_QUOTED = re.compile('「[^「」]*」|『[^『』]*』|"[^"]*"|“[^”]*”')
#: Brackets whose content stands beside a sentence, with what closes them.
_ASIDES = {"(": ")）", "（": ")）", "【": "】"}


class _Level:
    """The text inside one bracket, with brackets inside it as one \\1 each, and where its characters stand."""

    def __init__(self, opener: str) -> None:
        self.opener = opener
        self._chars: list[str] = []
        self._positions: list[int] = []

    def add(self, char: str, position: int) -> None:
        self._chars.append(char)
        self._positions.append(position)

    def extend(self, other: _Level) -> None:
        """Take in a bracket that was never closed: it is a character like any other."""
        self._chars += other._chars
        self._positions += other._positions

    def sentences(self, bracketed: bool) -> Iterator[Sentence]:
        text = "".join(self._chars)
        for match in _SENTENCE.finditer(text):
            stripped = match[0].rstrip(" \u3000\1")
            if stripped.strip(" \u3000\1"):
                end = self._positions[match.start() + len(stripped) - 1] + 1
                yield Sentence(end, _tense(stripped), bracketed)


def _joined(levels: list[_Level]) -> _Level:
    """Return the outermost level with all brackets that stayed open taken in."""
    whole = levels[0]
    for level in levels[1:]:
        whole.extend(level)
    return whole


_SENTENCE = re.compile("[^。]+")

# --- what an ending says ------------------------------------------------------------------------------------------

_INTENDED = re.compile(
    "(?:(?:予定|見込み?)(?:と?し?てい(?:ます|る))?"
    "|(?:予定|見込み?|つもり|方針|目途|必要|課題|計画|状況|段階|中)(?:です|であります|である|と?なります|となっています|があります|がある)"
    "|(?:検討|準備|調整|計画|継続)中|たい(?:です|と(?:思い|考え)(?:ます|ています))?|と(?:思い|考えてい)ます"
    "|ましょう|でしょう|べき(?:です|である)|ください)$"
)
_PAST = re.compile(
    "(?:ました|ませんでした|でした|であった|だった|なかった|[しっいきちにみりえけせてねべめれじぎび]た|[んい]だ)$"
)
_POLITE = (
    (re.compile("しています$"), 5, "しました"),
    (re.compile("ます$"), 1, "した"),
    (re.compile("ません$"), 0, "でした"),
    (re.compile("です$"), 1, "した"),
)
#: 見る, 得る … take た where other verbs in kanji and る take った.
_ICHIDAN_KANJI = "見得出経寝着似煮診観看居来"
_E_OR_I_ROW = "えけげせぜてでねへべめれいきぎしじちにひびみり"
_K_VERBS = "(?:[続働築招導開置聞描届付除説引磨抜]|気?づ)く"
#: Plain endings: what to match, how many characters to drop, what to put instead.
_PLAIN = tuple(
    (re.compile(pattern + "$"), dropped, added)
    for pattern, dropped, added in (
        ("である", 1, "った"),
        ("する", 2, "した"),
        ("まいる", 1, "った"),
        ("(?<=[てで])くる", 2, "きた"),
        (f"[{_ICHIDAN_KANJI}{_E_OR_I_ROW}]る", 1, "た"),
        ("[ぁ-ん一-鿿々]る", 1, "った"),
        ("[一-鿿わらまあな]う", 1, "った"),
        ("(?:行|[てで]い|[てで]ゆ)く", 1, "った"),
        (_K_VERBS, 1, "いた"),
        ("(?:[一-鿿]|つな)ぐ", 1, "いだ"),
        ("[一-鿿こかやたらわばま]す(?<!ます)", 1, "した"),
        ("[一-鿿も]つ", 1, "った"),
        ("[一-鿿]ぶ", 1, "んだ"),
        ("[一-鿿こ]む", 1, "んだ"),
        ("[らわかさなばまがれけせめえしきいじみ]ない", 1, "かった"),
    )
)
_CUT_OFF = re.compile("(?:[をはがにのへや、,]|して|って|いて|ため|ので|から|および|及び|[^ぁ-ん]と)$")
_NOUN = re.compile(
    "(?:[^ぁ-ん]|[いきぎしじちぢにひびみりえけげせてねへべめれ]|など|こと|もの|ども|とも|さ|ほか|ふるさと|ため池)$"
)
_BROKEN = re.compile("[ぁ-ん][ \u3000]+[ぁ-ん]{1,3}$")


def _tense(text: str) -> Tense:
    """Tell what the ending of ``text`` says."""
    tail = text[-_TAIL:]
    if tail.strip() in NONE_MARKS:
        return Tense.NOUN
    if _is_broken(tail):
        return Tense.UNKNOWN
    if _INTENDED.search(tail):
        return Tense.INTENDED
    if _PAST.search(tail):
        return Tense.PAST
    if _turned(tail) is not None:
        return Tense.PRESENT
    if _CUT_OFF.search(tail):
        return Tense.UNKNOWN
    return Tense.NOUN if _NOUN.search(tail) else Tense.UNKNOWN


def _is_broken(tail: str) -> bool:
    """Whether a space stands inside a polite ending: いきま す."""
    if not _BROKEN.search(tail):
        return False
    whole = re.sub("[ \u3000]", "", tail)
    return any(pattern.search(whole) for pattern, _, _ in _POLITE) or whole.endswith("ました")


def _turned(text: str) -> str | None:
    """Return ``text`` with its last ending turned; None when it ends in no verb in the present."""
    for pattern, dropped, added in (*_POLITE, *_PLAIN):
        if pattern.search(text):
            return text[: len(text) - dropped] + added
    return None


# --- turning ------------------------------------------------------------------------------------------------------

#: Endings are looked for in the last characters only.
_TAIL = 24
_LEFT_INSIDE = re.compile("(?:ます|です)(?:が|ので|けれど|し)(?:、|[^ぁ-んー])")


def to_past(line: str) -> Turned:
    """Return ``line`` with the ending of each sentence turned from present to past.

    Nothing but endings changes: …します → …しました, …努めます → …努めました, …しています → …しました, …ません → …ませんでした,
    …です → …でした, …行う → …行った.  A line already in the past, an intention (予定です), an ending with a space inside and
    an ending that is not understood stay, for review.
    """
    text, changed, reasons = line, False, []
    for sentence in reversed(sentences_of(line)):
        if sentence.tense is Tense.PRESENT:
            start = max(0, sentence.end - _TAIL)
            text, changed = line[:start] + (_turned(line[start : sentence.end]) or "") + text[sentence.end :], True
        elif not sentence.bracketed and sentence.tense is not Tense.NOUN:
            reasons.append(_reason(line[: sentence.end], sentence.tense))
    if not reasons and _LEFT_INSIDE.search(text):
        reasons.append("文の途中に「ます」「です」が残っています。読み直してください。")
    if reasons:
        return Turned(text, Outcome.REVIEW, reasons[-1])
    return Turned(text, Outcome.TURNED if changed else Outcome.KEPT)


def to_present(line: str) -> str:
    """Return ``line`` with polite past endings turned back (しました。→ します。), for a plan written in the past.

    A line without a polite past ending is returned as it is.
    """
    text = line
    for sentence in reversed(sentences_of(line)):
        for ending, present in (("ませんでした", "ません"), ("ました", "ます"), ("でした", "です")):
            if sentence.tense is Tense.PAST and not sentence.bracketed and line[: sentence.end].endswith(ending):
                text = line[: sentence.end - len(ending)] + present + text[sentence.end :]
                break
    return text


def _reason(text: str, tense: Tense) -> str:
    """Say in Japanese why the sentence ``text`` needs a look; the last sentence's reason is shown first."""
    tail = text[-6:].strip()
    if tense is Tense.PAST:
        return "予定の文が過去形です。今年の実施内容か確かめてください。"
    if tense is Tense.INTENDED:
        return f"「{tail}」は予定の言い方です。実施したことに書き直してください。"
    if _is_broken(text[-_TAIL:]):
        return f"「{tail}」に空白があり、文末を直せませんでした。"
    return f"「{tail}」の文末を直せませんでした。"
