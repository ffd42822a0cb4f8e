"""Before a file goes out: what looks like somebody's own data is shown, and a person decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from welfare_desktop.domain.errors import WelfareError
from welfare_desktop.domain.fields import FieldKey
from welfare_desktop.domain.text import circled

from ..parts.banner import Banners, Notice, Tone
from ..parts.jobs import Jobs

if TYPE_CHECKING:  # only wanted when something is to go out
    from welfare_desktop.domain.findings import Finding
    from welfare_desktop.operations.session import Session

TOPIC = "privacy"
_PLACES_SHOWN = 3


class PrivacyGate(QObject):
    """Asks, in a banner, before what looks like names, telephone numbers and mail addresses goes out.

    ``field_asked`` carries the field (a key) and its line (from 0) a person wants to look at; ``asked`` says whether the
    banner stands now.  ``confirmed`` are the findings (by fingerprint) somebody has looked at already; windows that
    share the set do not ask twice.  ``save`` stores what is being typed, so that it is looked at as well.
    """

    field_asked = Signal(object, object)
    asked = Signal(bool)

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        banners: Banners,
        confirmed: set[str],
        save: Callable[[], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._save = save
        self._session = session
        self._jobs = jobs
        self._banners = banners
        self._confirmed = confirmed
        self._next = 0

    def check(self, year: int, go_on: Callable[[], object], fail: Callable[[WelfareError], None]) -> None:
        """Look through the report of ``year`` and ``go_on``, at once or when a person says that it is right."""
        from welfare_desktop.operations.checking import prepare_privacy_check

        self.dismiss()
        self._save()
        try:
            look = prepare_privacy_check(self._session, year)
        except WelfareError as error:
            fail(error)
            return

        def finish(findings: Sequence[Finding]) -> None:
            fresh = [item for item in findings if item.fingerprint not in self._confirmed]
            if fresh:
                self._ask(year, fresh, go_on, fail)
            else:
                go_on()

        self._jobs.start("個人の情報がないか調べています", look, finish, fail)

    def dismiss(self) -> None:
        """Take the question away."""
        if TOPIC in self._banners.topics():
            self._banners.dismiss(TOPIC)
            self.asked.emit(False)

    def _ask(
        self,
        year: int,
        findings: Sequence[Finding],
        go_on: Callable[[], object],
        fail: Callable[[WelfareError], None],
    ) -> None:
        self._next = 0

        def go_to_field() -> None:
            finding = findings[self._next % len(findings)]
            self._next += 1
            try:
                key: FieldKey = self._session.resolve(str(finding.address))
            except WelfareError as error:  # the activity left the plan meanwhile
                fail(error)
                return
            self.field_asked.emit(key, None if finding.line is None else finding.line - 1)

        def confirm() -> None:
            self._confirmed.update(finding.fingerprint for finding in findings)
            # What was written since is looked at again; what was confirmed is not.
            self.check(year, go_on, fail)

        places = "、".join(place_words(finding) for finding in findings[:_PLACES_SHOWN])
        more = f" ほか {len(findings) - _PLACES_SHOWN} か所" if len(findings) > _PLACES_SHOWN else ""
        self._banners.show_notice(
            Notice(
                TOPIC,
                Tone.ATTENTION,
                f"個人の情報かもしれない文字が {len(findings)} か所あります",
                f"{places}{more}。書き出す前に確かめてください。",
                actions=(("欄へ移る", go_to_field), ("確かめた、続ける", confirm)),
            )
        )
        self.asked.emit(True)


def place_words(finding: Finding) -> str:
    """Return where a finding is, as a clerk finds it: ``3-1① 市｜実施状況 4行目``."""
    from welfare_desktop.domain.fields import spec_of

    address = finding.address
    numbers = f"{address.basic_goal}-{address.activity_goal}{circled(address.activity or 0)}"
    whose = f" {address.actor.label}" if address.actor is not None else ""
    slot = f" {address.slot}つ目" if address.slot not in (None, 1) else ""
    line = f" {finding.line}行目" if finding.line is not None else ""
    return f"{numbers}{whose}{slot}｜{spec_of(address.owner, address.field).label}{line}"
