"""Searching all texts of a plan: width-, case- and kana-insensitive, with positions in the text as typed.

Folding (``domain.text.folded``) is what makes ｻﾛﾝ, サロン and さろん the same, and it is slow: a large plan holds fifteen
million characters.  So every field is kept as a *sieve*, a text that is quick to make and lets through every
field that can match and few others; only what comes through is folded and compared exactly.  Where a
term stands in the original line is worked out for the hits that are shown, because folding changes lengths (㈱ becomes
three characters, ｶﾞ becomes one).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from .model import Lines

Key = TypeVar("Key", bound=Hashable)
Span = tuple[int, int]

_TERM = re.compile(r'"([^"]+)"|(\S+)')
#: Characters that join the one before them when a text is folded: combining marks and half-width sound marks.
_SOUND_MARKS = "ﾞﾟ"


class Mode(Enum):
    """Whether a field must hold all terms of a query or any."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Hit(Generic[Key]):
    """One line in which a term stands; ``number`` counts from 1, ``terms`` are folded."""

    key: Key
    number: int
    line: str
    terms: tuple[str, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where terms stand in ``line``, as (start, end), in order and without overlap."""
        return spans_of(self.line, self.terms)


@dataclass(frozen=True, slots=True)
class Found(Generic[Key]):
    """What a search gives: lines in index order.

    ``field_count`` is the number of fields they stand in; where ``complete`` is false there are more lines than were
    asked for, and ``field_count`` says how many fields there are at most.
    """

    hits: tuple[Hit[Key], ...]
    field_count: int
    complete: bool


def terms_of(query: str) -> tuple[str, ...]:
    """Return the folded terms of a query: words between spaces, or whole phrases in "…"."""
    plain = query.replace("\u3000", " ").replace("”", '"').replace("“", '"').replace("＂", '"')
    terms = (_fold(phrase or word) for phrase, word in _TERM.findall(plain))
    return tuple(dict.fromkeys(term for term in terms if term.strip()))


class SearchIndex(Generic[Key]):
    """The texts of all fields, in the order in which fields were first put in.

    With ``read``, which returns the lines of a field as they stand, only the sieves are kept: half the memory.
    """

    def __init__(self, fields: Iterable[tuple[Key, Lines]] = (), read: Callable[[Key], Lines] | None = None) -> None:
        self._read = read
        self._lines: dict[Key, Lines] = {}
        self._sieves: dict[Key, str] = {}
        for key, lines in fields:
            self.put(key, lines)

    def __len__(self) -> int:
        """The number of fields with text."""
        return len(self._sieves)

    def put(self, key: Key, lines: Lines) -> None:
        """Make ``lines`` what is found under ``key``; no lines takes the field out."""
        if not lines:
            self._lines.pop(key, None)
            self._sieves.pop(key, None)
            return
        if self._read is None:
            self._lines[key] = lines
        self._sieves[key] = sieve_of("\n".join(lines))

    def put_sieve(self, key: Key, sieve: str) -> None:
        """Take in a field by its :func:`sieve_of`; for an index that reads its lines."""
        self._sieves[key] = sieve

    def lines(self, key: Key) -> Lines:
        """Return the lines kept under ``key``; none for a field without text."""
        if self._read is not None:
            return self._read(key)
        return self._lines.get(key, ())

    def search(
        self,
        query: str,
        mode: Mode = Mode.ALL,
        limit: int = 500,
        wanted: Callable[[Key], bool] | None = None,
    ) -> Found[Key]:
        """Return the lines in which a term of ``query`` stands, of fields that hold all (or any) of its terms.

        At most ``limit`` lines are returned; a query without a term finds nothing.  ``wanted`` narrows the fields; it is
        asked only of those that can hold a term.
        """
        terms = terms_of(query)
        if not terms:
            return Found((), 0, True)
        candidates = self._candidates(terms, mode)
        if wanted is not None:
            candidates = [key for key in candidates if wanted(key)]
        hits: list[Hit[Key]] = []
        field_count = 0
        for key in candidates:
            found = self._hits(key, terms, mode)
            field_count += bool(found)
            hits += found
            if len(hits) > limit:
                return Found(tuple(hits[:limit]), len(candidates), False)
        return Found(tuple(hits), field_count, True)

    def _candidates(self, terms: tuple[str, ...], mode: Mode) -> list[Key]:
        first, *others = map(_sifted, terms)
        if not others:
            return [key for key, sieve in self._sieves.items() if first in sieve]
        if mode is Mode.ANY:
            return [key for key, sieve in self._sieves.items() if first in sieve or any(it in sieve for it in others)]
        return [key for key, sieve in self._sieves.items() if first in sieve and all(it in sieve for it in others)]

    def _hits(self, key: Key, terms: tuple[str, ...], mode: Mode) -> list[Hit[Key]]:
        lines = self.lines(key)
        texts = [_fold(line) for line in lines]
        held = [any(term in text for text in texts) for term in terms]
        if not (all(held) if mode is Mode.ALL else any(held)):
            return []
        return [
            Hit(key, number, line, terms)
            for number, (line, text) in enumerate(zip(lines, texts, strict=True), start=1)
            if any(term in text for term in terms)
        ]


#: Hiragana and katakana of one sound differ by 0x60 in the low byte of UTF-16.  Mapping every byte of that range, high
#: bytes and kanji included, makes different characters equal now and then, and equal sounds always.  Downwards, so that
#: no surrogate can come out and the result is text again: a substring test is three times as fast on text as on bytes.
_ONE_KANA = bytes(byte - 0x60 if 0xA1 <= byte <= 0xF6 else byte for byte in range(256))


def sieve_of(text: str) -> str:
    """Return what a :class:`SearchIndex` keeps of a text (lines joined by LF)."""
    return _sifted(_plain(text))


def _sifted(plain: str) -> str:
    """Return the sieve of a plain text; that of a folded term stands in it wherever the term stands in the folded text.

    A term is not made plain a second time: folding twice may put combining marks in another order (İ with a dakuten).
    """
    return plain.encode("utf-16-le", "surrogatepass").translate(_ONE_KANA).decode("utf-16-le")


#: A list is a faster table than a dict, which raises and catches an error for every character it does not hold.
_TO_KATAKANA = [code + 0x60 if "ぁ" <= chr(code) <= "ゖ" else code for code in range(0x3100)]


def _fold(text: str) -> str:
    """:func:`domain.text.folded`, without a loop in Python."""
    return _plain(text).translate(_TO_KATAKANA)


def _plain(text: str) -> str:
    return (text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)).casefold()


def spans_of(line: str, terms: Iterable[str]) -> tuple[Span, ...]:
    """Return where folded ``terms`` stand in ``line``, in order, touching and overlapping ones joined.

    A term that covers part of a character as typed (株 in ㈱) marks the whole character.
    """
    text, origins = _fold_with_origins(line)
    spans = []
    for term in terms:
        position = text.find(term)
        while term and position >= 0:
            spans.append((origins[position][0], origins[position + len(term) - 1][1]))
            position = text.find(term, position + 1)
    return tuple(_joined(sorted(spans)))


def occurrences_of(line: str, words: str, *, exact: bool = False) -> tuple[Span, ...]:
    """Return where ``words`` stand in ``line`` one after another, for replacing them.

    Found as in a search unless ``exact``.  What covers only part of a character as typed (株 in ㈱) is left out: replacing
    it would lose the rest.
    """
    if exact:
        text, origins, term = line, [(index, index + 1) for index in range(len(line))], words
    else:
        text, origins = _fold_with_origins(line)
        term = _fold(words)
    spans: list[Span] = []
    position = text.find(term) if term else -1
    while position >= 0:
        end = position + len(term)
        whole_start = position == 0 or origins[position - 1] != origins[position]
        whole_end = end == len(text) or origins[end] != origins[end - 1]
        if whole_start and whole_end:
            spans.append((origins[position][0], origins[end - 1][1]))
            position = text.find(term, end)
        else:
            position = text.find(term, position + 1)
    return tuple(spans)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for start, end in spans:
        if current and start <= current[1]:
            current = (current[0], max(end, current[1]))
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current


def _fold_with_origins(line: str) -> tuple[str, list[Span]]:
    """Return the folded line and, for each of its characters, the span of ``line`` it came from.

    Characters are folded together with the marks that join them.  Where folding joins more than that (old Hangul, for
    instance) every character is said to come from the whole line.
    """
    if unicodedata.is_normalized("NFKC", line) and len(line.casefold()) == len(line):
        # Case folding only ever lengthens, so here every character stands for itself.
        return _fold(line), [(index, index + 1) for index in range(len(line))]
    text, origins = "", []
    for start, end in _clusters(line):
        piece = _fold(line[start:end])
        text += piece
        origins += [(start, end)] * len(piece)
    whole = _fold(line)
    return (text, origins) if text == whole else (whole, [(0, len(line))] * len(whole))


def _clusters(line: str) -> Iterator[Span]:
    start = 0
    for index in range(1, len(line)):
        char = line[index]
        if unicodedata.combining(char) or char in _SOUND_MARKS:
            continue
        yield start, index
        start = index
    if line:
        yield start, len(line)
