"""Searching all years and fields, and the filters of the tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from welfare_desktop.domain.addresses import Place, address_of, places, spoken
from welfare_desktop.domain.fields import FieldKey, Kind, Owner, lines_of
from welfare_desktop.domain.model import Lines, Plan
from welfare_desktop.domain.searching import Found, Mode, SearchIndex, Span, sieve_of
from welfare_desktop.domain.values import values_of
from welfare_desktop.storage import selecting
from welfare_desktop.storage.store import Applied

from .session import Session

_EVERYTHING = 10_000_000
_SEARCHED = {Kind.LINE, Kind.LINES, Kind.ENTRY, Kind.INDICATORS, Kind.RESULTS}


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line found: the field, its address and label, the activity it belongs to (empty above), and where."""

    key: FieldKey
    address: str
    label: str
    activity_id: str
    number: int
    line: str
    spans: tuple[Span, ...]


class Finder:
    """Finds text in an open data file; keeps its index true while the session edits."""

    def __init__(self, session: Session) -> None:
        self._session = session
        plan = session.plan(())
        self._where = places(plan)
        self._index: SearchIndex[FieldKey] = SearchIndex(read=self._read)
        self._fill(plan)
        session.subscribe(self._on_session_applied)

    def _read(self, key: FieldKey) -> Lines:
        return lines_of(self._session.value(key))

    def _fill(self, plan: Plan) -> None:
        """Put in every text, in the order of the plan; yearly ones are read as rows, which is much quicker than a plan."""
        yearly: dict[str, list[tuple[FieldKey, str]]] = {}

        def take(slot_id: str, name: str, year: int, text: str) -> None:
            key = FieldKey(Owner.SLOT, slot_id, name, None, year)
            yearly.setdefault(slot_id, []).append((key, sieve_of(text)))

        self._session.look(lambda database: selecting.hand_yearly_texts(database, take))
        for key, value in values_of(plan):
            if key.spec.kind in _SEARCHED:
                self._index.put(key, lines_of(value))
            elif key.owner is Owner.ACTOR and key.name == "slots":
                for slot_id in lines_of(value):
                    for yearly_key, sieve in yearly.pop(slot_id, ()):
                        self._index.put_sieve(yearly_key, sieve)

    def close(self) -> None:
        """Stop following the session."""
        self._session.unsubscribe(self._on_session_applied)

    def lines(self, key: FieldKey) -> Lines:
        """Return the text of a field as it stands, without asking the file."""
        return self._index.lines(key)

    def search(
        self,
        query: str,
        mode: Mode = Mode.ALL,
        limit: int = 500,
        wanted: Callable[[FieldKey], bool] | None = None,
    ) -> tuple[tuple[SearchHit, ...], bool]:
        """Return the lines found in the order of the plan, and whether these are all; ``wanted`` narrows the fields."""
        found: Found[FieldKey] = self._index.search(query, mode, limit, wanted)
        hits = tuple(
            SearchHit(
                hit.key,
                address_of(hit.key, self._where),
                spoken(hit.key),
                self._activity_of(hit.key),
                hit.number,
                hit.line,
                hit.spans,
            )
            for hit in found.hits
        )
        return hits, found.complete

    def fields_with(self, words: str) -> tuple[FieldKey, ...]:
        """Return every field in which ``words``, spaces included, may stand; for replacing them."""
        phrase = '"' + words.replace('"', "") + '"'
        found: Found[FieldKey] = self._index.search(phrase, Mode.ALL, _EVERYTHING)
        return tuple(dict.fromkeys(hit.key for hit in found.hits))

    def _activity_of(self, key: FieldKey) -> str:
        owner = Owner.ACTIVITY if key.owner is Owner.ACTOR else key.owner
        return self._where.get((owner, key.owner_id), Place("")).activity_id

    def _on_session_applied(self, applied: Applied) -> None:
        structure = False
        for change in applied.changes:
            kind = change.key.spec.kind
            if kind in _SEARCHED:
                self._index.put(change.key, lines_of(change.after))
            structure = structure or kind is Kind.CHILDREN or change.key.name == "number"
        if structure:
            self._where = places(self._session.plan(()))
