"""Every error this program means to show to a person.

::

    WelfareError                 code, what, where, next step
    ├─ InvalidValue              W-1xx  something typed cannot be stored as it is
    │  ├─ UnknownAddress         W-12x  an address names nothing
    │  └─ ClosedReport           W-149  the report of a closed year would change; a reason is wanted
    ├─ EditConflict              W-130  the stored value changed since it was read
    ├─ StoreError                W-2xx  the data file
    │  ├─ StoreBusy              W-21x  somebody else has it
    │  ├─ StoreTooNew            W-22x  written by a newer program
    │  └─ StoreDamaged           W-23x  its content does not prove itself
    ├─ ExchangeError             W-3xx  a file that comes or goes
    │  ├─ NotAReport             W-31x  a file that is not what it should be
    │  ├─ TargetInTheWay         W-32x  the output cannot be written there
    │  └─ FileRefused            W-33x–W-36x  a file that came back is damaged, foreign or means harm
    └─ Cancelled                 W-900  a person stopped a long job

Anything else that is raised is a bug.
"""

from __future__ import annotations


class WelfareError(Exception):
    """An error with a sentence for the user.

    ``code`` is stable (``W-310``); ``message`` says in Japanese what happened and what is safe; ``where`` is a file,
    ``sheet!cell`` or line, or empty; ``next_step`` says in Japanese what to do now.
    """

    default_code = "W-000"

    def __init__(self, message: str, *, code: str = "", where: str = "", next_step: str = "") -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.message = message
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        """One line for a terminal: code, what, where, next step."""
        where = f"（{self.where}）" if self.where else ""
        return f"エラー {self.code}: {self.message}{where} {self.next_step}".rstrip()


class InvalidValue(WelfareError):
    """What was typed cannot be stored in this field as it is."""

    default_code = "W-100"


class UnknownAddress(InvalidValue):
    """An address that names nothing in this plan."""

    default_code = "W-120"


class ClosedReport(InvalidValue):
    """What was asked for would change what the report of a closed year prints; with a reason it is done."""

    default_code = "W-149"


class EditConflict(WelfareError):
    """The stored value is no longer the one the edit started from; nothing was overwritten."""

    default_code = "W-130"


class StoreError(WelfareError):
    """The data file cannot be used as asked."""

    default_code = "W-200"


class StoreBusy(StoreError):
    """Another program or person holds the data file."""

    default_code = "W-210"


class StoreTooNew(StoreError):
    """The data file was written by a newer version of this program."""

    default_code = "W-220"


class StoreDamaged(StoreError):
    """The data file's content does not match what was last saved."""

    default_code = "W-230"


class ExchangeError(WelfareError):
    """A file that comes in or goes out cannot be handled."""

    default_code = "W-300"


class NotAReport(ExchangeError):
    """The file is not of the expected kind."""

    default_code = "W-310"


class TargetInTheWay(ExchangeError):
    """The output file cannot be written at the asked place."""

    default_code = "W-320"


class FileRefused(ExchangeError):
    """A file that came back is not read at all: damaged, of another kind, or made to do harm.

    ``where`` is a part of the file or ``sheet!cell``, after the file's name once that is known.
    """

    default_code = "W-330"


class Cancelled(WelfareError):
    """A person stopped a long job; nothing was changed."""

    default_code = "W-900"

    def __init__(self) -> None:
        super().__init__("中止しました。何も変わっていません。")
