"""Commands that write files for people: workbooks, texts and papers."""

from __future__ import annotations

from .command import Command

COMMANDS: tuple[Command, ...] = ()
