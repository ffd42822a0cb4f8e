"""XML parts read without trusting them: UTF-8 only, no document type, no entities, bounded nesting.

Only local names are handed on, because Excel writes the same workbook in two namespaces (transitional and strict).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from .limits import Limits
from .refusals import Refusal

Attributes = Mapping[str, str]
_SEPARATOR = "\x1f"
_WIDE_STARTS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00\x00")


class ElementHandler:
    """What a reader of one part overrides; ``name`` is the local name, ``text`` may come in several pieces."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Take note of an opening tag."""

    def end(self, name: str) -> None:
        """Take note of a closing tag."""

    def text(self, text: str) -> None:
        """Take note of character data."""


def parse(part: str, data: bytes, handler: ElementHandler | None, limits: Limits) -> None:
    """Feed a part to ``handler`` (None: only look at it); ``part`` is named in refusals.  Raises FileRefused."""
    _check_encoding(part, data)
    # The encoding is fixed, so that a declaration inside cannot choose another one.
    parser = expat.ParserCreate("UTF-8", _SEPARATOR)
    parser.buffer_text = True
    _refuse_declarations(parser, part)
    _bound_depth(parser, part, limits, handler)
    if handler is not None:
        parser.CharacterDataHandler = handler.text
    try:
        # In one piece: a long token fed in pieces is read again from its start for every piece.
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refusal.MALFORMED.error(f"{part} {error.lineno} 行") from error


def _bound_depth(parser: expat.XMLParserType, part: str, limits: Limits, handler: ElementHandler | None) -> None:
    depth = 0
    most = limits.depth

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > most:
            raise Refusal.TOO_DEEP.error(part)
        if handler is not None:
            handler.start(name.rpartition(_SEPARATOR)[2], _local_attributes(attributes))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if handler is not None:
            handler.end(name.rpartition(_SEPARATOR)[2])

    parser.StartElementHandler = start
    parser.EndElementHandler = end


def _refuse_declarations(parser: expat.XMLParserType, part: str) -> None:
    """Let the parser stop at a document type, an entity or another encoding."""

    def declared(version: str, encoding: str | None, standalone: int) -> None:
        del version, standalone
        if encoding is not None and encoding.casefold() not in ("utf-8", "utf8", "us-ascii"):
            raise Refusal.NOT_UTF8.error(part)

    def refuse(*_: object) -> int:
        raise Refusal.DTD.error(part)

    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse


def _check_encoding(part: str, data: bytes) -> None:
    if data.startswith(_WIDE_STARTS):
        raise Refusal.NOT_UTF8.error(part)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal.NOT_UTF8.error(part) from error


def _local_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """Return attributes by local name; one without a namespace is the element's own and wins."""
    if _SEPARATOR not in "".join(attributes):
        return attributes
    found = {name.rpartition(_SEPARATOR)[2]: value for name, value in attributes.items() if _SEPARATOR in name}
    found.update((name, value) for name, value in attributes.items() if _SEPARATOR not in name)
    return found
