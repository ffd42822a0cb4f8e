"""Rules on the form of a line: tense, brackets, spaces, colons, full stops, doubled words, years that disagree.

Each looks at one line at a time (some at its neighbours) and is strict about what it calls wrong: a clerk stops reading
at the third false alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..endings import Sentence, Tense, sentences_of, to_past, to_present
from ..year_words import written_years
from .model import Finding, Rule, Scene

Span = tuple[int, int]
_TAIL_SHOWN = 12

# --- tense --------------------------------------------------------------------------------------------------------


def planned_in_past(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """実施予定 that ends …しました。"""
    for passage in scene.passages:
        if passage.field != "planned":
            continue
        for index, line in enumerate(passage.lines):
            last = _last_sentence(line)
            if last and last.tense is Tense.PAST:
                message = f"予定の文が「{_ending(line, last)}」で終わっています。"
                span = (max(0, last.end - _ending_length(line, last)), last.end)
                yield rule.at(passage, index, message, suggestion=to_present(line), span=span)


def status_in_present(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """実施状況 that ends …します。 — but not …しています, which may well be how things stand."""
    for passage in scene.passages:
        if passage.field != "status":
            continue
        for index, line in enumerate(passage.lines):
            last = _last_sentence(line)
            if last is None or not _is_promise(line, last):
                continue
            suggestion = "" if last.tense is Tense.INTENDED else to_past(line).text
            message = f"実施状況の文が「{_ending(line, last)}」で終わっています。"
            span = (max(0, last.end - _ending_length(line, last)), last.end)
            yield rule.at(passage, index, message, suggestion=suggestion, span=span)


@lru_cache(maxsize=4096)  # several rules ask for the same line
def _last_sentence(line: str) -> Sentence | None:
    return next((item for item in reversed(sentences_of(line)) if not item.bracketed), None)


def _ending_length(line: str, sentence: Sentence) -> int:
    """Return how many characters at the end of a sentence are its verb, for marking: 実施します, 行いました."""
    tail = line[max(0, sentence.end - _TAIL_SHOWN) : sentence.end]
    piece = re.split("[をにがはへ、。]", tail)[-1]
    match = re.search("[一-鿿々]{0,2}[ぁ-んァ-ヺー]*$", piece if len(piece) > 3 else tail)
    return len(match[0]) if match else 0


def _ending(line: str, sentence: Sentence) -> str:
    length = _ending_length(line, sentence) or 4
    after = "。" if line[sentence.end : sentence.end + 1] == "。" else ""
    return line[max(0, sentence.end - length) : sentence.end] + after


def _is_promise(line: str, sentence: Sentence) -> bool:
    """Whether a sentence says what will be done, not how things stand (しています, です, あります, 検討中です)."""
    text = line[: sentence.end]
    if sentence.tense is Tense.INTENDED:
        return re.search("(?:予定|見込み?)[ぁ-ん]*$|たい[ぁ-ん思考]*$|ましょう$", text) is not None
    lasting = re.search("て(?:い|お)(?:ます|る)$|です$|である$|あります$|ある$|ません$|ない$", text)
    return sentence.tense is Tense.PRESENT and lasting is None


# --- brackets -----------------------------------------------------------------------------------------------------

_PAIRS = {
    "(": ")",
    "（": "）",
    "「": "」",
    "『": "』",
    "【": "】",
    "[": "]",
    "［": "］",
    "〔": "〕",
    "〈": "〉",
    "《": "》",
}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_TWINS = {"(": "（", "（": "(", ")": "）", "）": ")"}
#: 1) a） ①） at the start of a line number it.
_NUMBERING = re.compile("[ \u3000]*(?:[0-9０-９]{1,2}|[a-zA-Zａ-ｚＡ-Ｚ]|[ア-ン]|[①-⑳])[)）]")


def unmatched_bracket(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """An opening bracket without its partner in the line, or the other way round."""
    for passage in scene.passages:
        if not _unpaired("".join(passage.lines)):
            continue  # a bracket that closes in a later line was cut, not forgotten
        for index, line in enumerate(passage.lines):
            alone = _unpaired(line)
            if alone:
                sign = line[alone[0]]
                message = f"「{sign}」に対する「{_PAIRS.get(sign) or _CLOSERS[sign]}」がありません。"
                yield rule.at(passage, index, message, span=(alone[0], alone[0] + 1))


def _unpaired(line: str) -> list[int]:
    """Return the positions of brackets without partner; half and full width may pair."""
    numbering = _NUMBERING.match(line)
    open_at: list[int] = []
    alone: list[int] = []
    for position, char in enumerate(line):
        if char in _PAIRS:
            open_at.append(position)
        elif char in _CLOSERS:
            fits = open_at and _PAIRS[line[open_at[-1]]] in (char, _TWINS.get(char, char))
            if fits:
                open_at.pop()
            elif not (numbering and position == numbering.end() - 1):
                alone.append(position)
    return sorted(alone + open_at)


# --- spaces, colons, full stops --------------------------------------------------------------------------------------

_SPACE = "[ \u3000]+"
#: A verb torn by a space: いきま す。, 行 います。  Only in front of a stop, where nothing but the ending can follow.
_TORN = re.compile(
    f"(?<=[ぁ-ん一-鿿])(?P<space>{_SPACE})(?=(?:ます|ました|ません|ませんでした|す|した|せん|た)(?:。|[)）]|$))"
    f"|(?<=[一-鿿])(?P<gap>{_SPACE})(?=[いきしちみりえけせてべめれぎじび](?:ます|ました|ません)(?:。|[)）]|$))"
)
_COLON = re.compile("(?<=[ぁ-んァ-ヺー一-鿿々〆）」』】)])[ \u3000]?:(?!//)")


def torn_word(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A space inside a word at the end of a sentence."""
    for passage in scene.passages:
        for index, line in enumerate(passage.lines):
            match = _TORN.search(line)
            if match:
                start, end = max(0, match.start() - 3), min(len(line), match.end() + 3)
                message = f"「{line[start:end].strip('。')}」の途中に空白があります。"
                suggestion = _TORN.sub("", line)
                yield rule.at(passage, index, message, suggestion=suggestion, certain=True, span=(start, end))


def half_width_colon(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A half-width ':' after Japanese: 開催数:44件."""
    for passage in scene.passages:
        for index, line in enumerate(passage.lines):
            match = _COLON.search(line)
            if match:
                suggestion = _COLON.sub("：", line)
                span = (match.end() - 1, match.end())
                yield rule.at(
                    passage,
                    index,
                    "半角の「:」を全角の「：」に直します。",
                    suggestion=suggestion,
                    certain=True,
                    span=span,
                )


def missing_full_stop(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A sentence without 。 in a field whose other sentences have it."""
    for passage in scene.passages:
        if passage.field not in ("status", "planned"):
            continue
        ends = [_sentence_end(line) for line in passage.lines]
        stopped = sum(
            end is not None and line[end : end + 1] == "。" for line, end in zip(passage.lines, ends, strict=True)
        )
        for index, (line, end) in enumerate(zip(passage.lines, ends, strict=True)):
            if end is None or line[end : end + 1] == "。" or not stopped:
                continue
            suggestion = f"{line[:end]}。{line[end:]}"
            message = "文の終わりに「。」がありません。"
            yield rule.at(passage, index, message, suggestion=suggestion, certain=True, span=(max(0, end - 3), end))


def _sentence_end(line: str) -> int | None:
    """Return where the line's last polite sentence ends; None when it holds none or brackets are broken."""
    last = _last_sentence(line)
    if last is None or last.tense not in (Tense.PRESENT, Tense.PAST) or _unpaired(line):
        return None
    return last.end if re.search("(?:ます|ました|ません|でした|です)$", line[: last.end]) else None


# --- doubled words and signs ----------------------------------------------------------------------------------------

_PARTICLE = re.compile(
    "(?<=[一-鿿々ァ-ヺー）)」])(?P<once>を|に|が|は|で|の|へ)(?P=once)|(?<=[一-鿿々ァ-ヺー）)」])とと(?!も)|をを"
)
_SIGN = re.compile("([。、，])\\1+|、。|。、")
_REPEATED = re.compile("(?P<word>[一-鿿]{2,8}|[ァ-ヺー]{4,12})(?P=word)")
_MEANT_TWICE = ("一人一人", "一歩一歩", "一つ一つ", "一件一件", "一戸一戸", "一言一言", "個々個々", "段階段階")


def doubled(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """A particle, sign or word typed twice: 団体にに, 協議会協議会."""
    for passage in scene.passages:
        for index, line in enumerate(passage.lines):
            for match, once in _doubled_in(line):
                suggestion = line[: match.start()] + once + line[match.end() :]
                certain = len(once) == 1
                message = f"「{match[0]}」と重なっています。"
                yield rule.at(passage, index, message, suggestion=suggestion, certain=certain, span=match.span())
                break


def _doubled_in(line: str) -> Iterator[tuple[re.Match[str], str]]:
    for match in _PARTICLE.finditer(line):
        yield match, match[0][:1]
    for match in _SIGN.finditer(line):
        yield match, "。" if "。" in match[0] else match[0][:1]
    for match in _REPEATED.finditer(line):
        if match[0] not in _MEANT_TWICE:
            yield match, match["word"]


# --- years --------------------------------------------------------------------------------------------------------


def years_disagree(rule: Rule, scene: Scene) -> Iterator[Finding]:
    """The era year and the year in brackets are different years: H32(2021)."""
    for passage in scene.passages:
        for index, line in enumerate(passage.lines):
            for word in written_years(line):
                if word.disagrees:
                    message = f"「{word.text}」の元号と西暦が合いません（{word.year}年と{word.gloss}年）。"
                    yield rule.at(passage, index, message, span=(word.start, word.end))
