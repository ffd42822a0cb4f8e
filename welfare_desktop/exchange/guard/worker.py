"""The process that looks into foreign files, so that the program does not have to.

It reads one request a line from its input, ``{"path", "limits"}``, and answers with one line of JSON:
``{"returned": …}`` or ``{"refused": {"code", "message", "where", "next"}}``.  It has a bound on its memory, writes no
file, and is killed by its parent when it takes too long.  Nothing it prints or logs holds a text of the file.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from welfare_desktop.domain.errors import FileRefused
from welfare_desktop.domain.merging.returned import ReturnedFile

from .bounds import bound_this_process
from .limits import Limits
from .prescan import prescan
from .refusals import Refusal
from .undisturbed import undisturbed


def main() -> None:
    """Answer requests until the input ends.

    The first line bounds the process, ``{"memory_bytes"}``, and is answered when it is ready to read.
    """
    # Not sys.stdin: a program without a console has none.  What anybody prints by mistake must not reach the parent.
    requests = os.fdopen(0, "rb", closefd=False)
    answers = os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr
    sys.dont_write_bytecode = True
    first = requests.readline()
    if not first:
        return
    _load()
    bound_this_process(int(json.loads(first)["memory_bytes"]))
    _send({"ready": True}, answers)
    proved: dict[str, Any] = {}
    for line in requests:
        if not _answer(json.loads(line), answers, proved):
            return


def _load() -> None:
    """Import what reading needs before memory is bounded."""
    from welfare_desktop.exchange import department_reading, package, returned_json

    del department_reading, package, returned_json


def _answer(request: dict[str, Any], answers: BinaryIO, proved: dict[str, Any]) -> bool:
    """Read one file and answer; False when this process should not read another one."""
    going_on = True
    try:
        from welfare_desktop.exchange.returned_json import to_json

        with undisturbed():
            returned = read_bytes(Path(request["path"]).read_bytes(), Limits(**request["limits"]), proved)
            answer: dict[str, Any] = {"returned": to_json(returned)}
    except FileRefused as error:
        answer = {"refused": _refused(error)}
    except (MemoryError, RecursionError):
        going_on = False
        answer = {"refused": _refused(Refusal.MEMORY.error())}
    except Exception as error:  # noqa: BLE001  # whatever a foreign file does to a reader, the program goes on
        going_on = False
        answer = {"refused": _refused(Refusal.DIED.error(type(error).__name__))}
    _send(answer, answers)
    return going_on


def _send(answer: dict[str, Any], answers: BinaryIO) -> None:
    answers.write(json.dumps(answer, ensure_ascii=True).encode("ascii") + b"\n")
    answers.flush()


def read_bytes(data: bytes, limits: Limits, proved: dict[str, Any] | None = None) -> ReturnedFile:
    """Return what the bytes of a file say; raises FileRefused.

    ``proved`` as in ``package.read_package_content``; None where only one file is read.
    """
    from welfare_desktop.exchange.department_reading import read_keyed_workbook
    from welfare_desktop.exchange.package import is_package, read_package_content

    from .workbook import read_workbook

    container = prescan(data, limits)
    if is_package(container):
        return read_package_content(container, {} if proved is None else proved)
    return read_keyed_workbook(read_workbook(container, limits))


def _refused(error: FileRefused) -> dict[str, str]:
    return {"code": error.code, "message": error.message, "where": error.where, "next": error.next_step}


if __name__ == "__main__":
    main()
