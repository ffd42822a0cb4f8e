"""The parent's side of the reading process: start it, ask, wait no longer than allowed, and never fall with it.

One process reads many files, because starting one costs as much as reading five; after anything unusual the next file
gets a fresh one.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from welfare_desktop import paths
from welfare_desktop.domain.errors import FileRefused

from .limits import DEFAULT_LIMITS, Limits
from .refusals import Refusal
from .undisturbed import undisturbed

_LOG = logging.getLogger(__name__)
_LONGEST_ANSWER = 256 * 1024 * 1024
_STARTING_S = 30.0


class ReadingProcess:
    """A process that reads foreign files; use it as a context manager, from one thread at a time."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()

    def __enter__(self) -> ReadingProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        with contextlib.suppress(OSError):
            if process.stdin:
                process.stdin.close()
        process.wait()

    def read(self, copy: Path) -> dict[str, Any]:
        """Return what the process found in ``copy``, as plain JSON; raises FileRefused."""
        request = json.dumps({"path": str(copy), "limits": asdict(self._limits)}).encode("ascii") + b"\n"
        answer = self._ask(request)
        if answer is None:
            self.close()
            raise Refusal.TIME.error(detail=f"{self._limits.time_s:g} 秒")
        if not answer:
            status = self._process.wait() if self._process else 0
            self.close()
            _LOG.warning("reading process ended with status %s", status)
            raise Refusal.DIED.error()
        return self._returned(answer)

    def _returned(self, answer: bytes) -> dict[str, Any]:
        try:
            with undisturbed():
                data = json.loads(answer)
            returned, refused = data.get("returned"), data.get("refused")
            if isinstance(returned, dict):
                return returned
            error = FileRefused(
                str(refused["message"]),
                code=str(refused["code"]),
                where=str(refused["where"]),
                next_step=str(refused["next"]),
            )
        except (ValueError, AttributeError, KeyError, TypeError) as unreadable:
            self.close()
            raise Refusal.DIED.error() from unreadable
        if error.code in (Refusal.MEMORY.code, Refusal.DIED.code):
            # It ends by itself after saying so; the next file gets a fresh one.
            self.close()
        raise error

    def _ask(self, request: bytes) -> bytes | None:
        """Return one answer, empty when the process is gone, None when it took too long."""
        if self._process is None:
            self._process = self._start()
            first = json.dumps({"memory_bytes": self._limits.memory_bytes}).encode("ascii") + b"\n"
            # A cold PC with a virus scanner takes its time; that is no fault of the file.
            if not self._exchange(self._process, first, _STARTING_S):
                return b""
        return self._exchange(self._process, request, self._limits.time_s)

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, patience_s: float) -> bytes | None:
        assert process.stdin is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return self._answers.get(timeout=patience_s)
        except OSError:
            return b""
        except queue.Empty:
            return None

    def _start(self) -> subprocess.Popen[bytes]:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        process = subprocess.Popen(
            paths.reading_process_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=flags,
        )
        self._answers = queue.Queue()
        threading.Thread(target=_listen, args=(process, self._answers), daemon=True).start()
        return process


def _listen(process: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
    """Hand on one answer after another, and an empty one at the end.  Pipes cannot be waited on with a clock on Windows."""
    assert process.stdout is not None
    with process.stdout as stream:
        while line := stream.readline(_LONGEST_ANSWER):
            answers.put(line)
    answers.put(b"")
