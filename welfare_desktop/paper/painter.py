"""Draws pages on whatever Qt can draw on: a PDF, a printer, a print preview, a picture."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import escape

from PySide6.QtCore import QFile, QIODevice, QLineF, QMarginsF, QPointF, QRectF, QSizeF, Qt, QUuid
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QRawFont,
    QTextLayout,
)

from ..domain.cell_flow import drawable
from ..domain.errors import TargetInTheWay
from ..domain.line_breaking import combines
from ..domain.measuring import FontSpec
from ..domain.progress import Progress, Unwatched
from .measurer import UNITS_PER_MM, UNITS_PER_POINT, load_bundled_fonts, qt_font
from .page import Fill, Page, Rule, Run
from .pdf_text import finish_pdf

PROGRAM = "welfare_desktop"


class Document(Protocol):
    """Anything made of pages: the official report, department sheets, the summary."""

    @property
    def title(self) -> str:
        """What the PDF is called."""

    @property
    def pages(self) -> Sequence[Page]:
        """The pages in order."""

    @property
    def made_on(self) -> dt.date | None:
        """The day that stands on it, or None."""

    @property
    def identity(self) -> str:
        """What the document is of; the same content gets the same PDF identifier."""


class PagePainter:
    """Draws pages with one painter whose unit is a twentieth of a point, at the page's top left corner.

    ``log`` is told of all text drawn.
    """

    def __init__(self, painter: QPainter, log: GlyphLog | None = None) -> None:
        self._painter = painter
        self._log = log
        self._fonts: dict[tuple[FontSpec, bool], QFont] = {}
        self._look: tuple[FontSpec, bool, str] | None = None
        #: Letters known to stand for themselves.
        self._simple: set[str] = set()

    def draw(self, page: Page) -> None:
        """Draw tints, then lines, then text."""
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
        # Rules change the pen, and a page may begin with another font than the last one ended with.
        self._look = None
        for fill in page.fills:
            self._fill(fill)
        for rule in page.rules:
            self._rule(rule)
        for box in page.boxes:
            for run in box.runs:
                self._run(run)

    def _fill(self, fill: Fill) -> None:
        rect = QRectF(_units(fill.x_mm), _units(fill.y_mm), _units(fill.width_mm), _units(fill.height_mm))
        self._painter.fillRect(rect, QColor(fill.colour))
        if fill.hatched:
            self._painter.fillRect(rect, QBrush(QColor("#FFFFFF"), _HATCHES[fill.hatched]))

    def _rule(self, rule: Rule) -> None:
        pen = QPen(QColor(rule.colour))
        pen.setWidthF(_units(rule.width_mm))
        # Square caps close corners; a dotted line must not grow into one.
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if rule.dotted else Qt.PenCapStyle.SquareCap)
        if rule.dotted:
            pen.setDashPattern([1.0, 2.5])
        self._painter.setPen(pen)
        self._painter.drawLine(QLineF(_units(rule.x1_mm), _units(rule.y1_mm), _units(rule.x2_mm), _units(rule.y2_mm)))

    def _run(self, run: Run) -> None:
        painter = self._painter
        look = (run.font, self._needs_shaping(run.text), run.colour)
        if look != self._look:
            painter.setFont(self._font(*look[:2]))
            painter.setPen(QColor(run.colour))
            self._look = look
        painter.drawText(QPointF(_units(run.x_mm), _units(run.baseline_mm)), run.text)
        if self._log is not None:
            self._log.note(run.text, run.font, self._font(*look[:2]))

    def _font(self, spec: FontSpec, shaped: bool) -> QFont:
        font = self._fonts.get((spec, shaped))
        if font is None:
            font = self._fonts[spec, shaped] = qt_font(spec, shaped=shaped)
        return font

    def _needs_shaping(self, text: str) -> bool:
        """Whether a mark of ``text`` changes the letter before it."""
        if self._simple.issuperset(text):
            return False
        self._simple.update(char for char in text if not combines(char))
        return not self._simple.issuperset(text)


class GlyphLog:
    """Remembers which text every glyph was first drawn for, by font, in the order a PDF numbers them."""

    def __init__(self) -> None:
        self._seen: dict[FontSpec, set[str]] = {}
        self._raw: dict[FontSpec, tuple[QRawFont, bytes]] = {}
        self._texts: dict[bytes, dict[int, str]] = {}

    @property
    def texts(self) -> list[list[str]]:
        """The texts of every font's glyphs, both in order of first use."""
        return [list(glyphs.values()) for glyphs in self._texts.values()]

    def note(self, text: str, spec: FontSpec, font: QFont) -> None:
        """Take note of a text that was drawn; only letters not seen before are looked at."""
        seen = self._seen.setdefault(spec, set())
        if seen.issuperset(text):
            return
        # A mark alone is never taken for seen, so that whatever it changes is looked at again.
        composed = any(map(combines, set(text) - seen))
        fresh = [letter for letter in dict.fromkeys(_letters(text) if composed else text) if letter not in seen]
        seen.update(letter for letter in fresh if not composed or len(letter) > 1 or not combines(letter))
        if spec not in self._raw:
            raw = QRawFont.fromFont(font)
            self._raw[spec] = (raw, _face(raw))
        raw, face = self._raw[spec]
        for letter in fresh:
            glyphs = raw.glyphIndexesForString(letter) if len(letter) == 1 else [0]
            if 0 in glyphs:
                self._note_shaped(letter, font)
            else:
                self._keep(face, glyphs[0], letter)

    def _note_shaped(self, letter: str, font: QFont) -> None:
        """Ask the layout engine which font draws a letter, where it is another one or the letter is composed."""
        layout = QTextLayout(letter, font)
        layout.beginLayout()
        layout.createLine().setNumColumns(len(letter) * 2)
        layout.endLayout()
        text = letter
        for run in layout.glyphRuns():
            face = _face(run.rawFont())
            for glyph in run.glyphIndexes():
                if glyph:
                    self._keep(face, glyph, text)
                    # Further glyphs of one letter add nothing to be copied.
                    text = ""

    def _keep(self, face: bytes, glyph: int, text: str) -> None:
        """Keep what a glyph was drawn for; of a letter and the same with a variation that looks alike, the letter."""
        known = self._texts.setdefault(face, {})
        if glyph not in known or 0 < len(text) < len(known[glyph]):
            known[glyph] = text


def _letters(text: str) -> Sequence[str]:
    """Return the characters of ``text``, each together with the marks that change it."""
    letters: list[str] = []
    for char in text:
        if letters and combines(char):
            letters[-1] += char
        else:
            letters.append(char)
    return letters


def _face(font: QRawFont) -> bytes:
    """Return what tells one font file from another: its header carries a checksum of the whole."""
    return bytes(font.fontTable("head").data())


_HATCHES = {"/": Qt.BrushStyle.BDiagPattern, "\\": Qt.BrushStyle.FDiagPattern}


def _units(mm: float) -> float:
    return mm * UNITS_PER_MM


def paint(
    document: Document,
    device: QPagedPaintDevice,
    page_range: range | None = None,
    progress: Progress | None = None,
    log: GlyphLog | None = None,
) -> None:
    """Draw the pages whose positions are in ``page_range`` (None: all) on a printer, a preview or a PDF.

    The device's own page is used: smaller paper than the document was laid out for gets a reduced copy (A3 on A4:
    71 %), larger paper the original size.  Raises TargetInTheWay where the device cannot be drawn on, ``Cancelled``
    when ``progress`` does; the caller then throws away what the device holds.
    """
    watch = progress or Unwatched()
    load_bundled_fonts()
    wanted = list(range(len(document.pages)) if page_range is None else page_range)
    painter = QPainter()
    if not painter.begin(device):
        raise TargetInTheWay(
            "印刷を始められません。何も変わっていません。",
            code="W-325",
            next_step="プリンターの電源と接続、または保存先を確かめてください。",
        )
    try:
        pages = PagePainter(painter, log)
        for done, index in enumerate(wanted):
            watch.step(done, len(wanted), f"{index + 1} 枚目を描いています")
            if done:
                device.newPage()
            page = document.pages[index]
            painter.save()
            painter.resetTransform()
            _fit(painter, device, page)
            pages.draw(page)
            painter.restore()
    finally:
        painter.end()


def _fit(painter: QPainter, device: QPagedPaintDevice, page: Page) -> None:
    """Put the painter's origin on the paper's corner and its unit to the page's, reduced if the paper is smaller."""
    layout = device.pageLayout()
    dots_per_mm = device.logicalDpiX() / 25.4
    full = layout.fullRect(QPageLayout.Unit.Millimeter)
    inner = layout.paintRect(QPageLayout.Unit.Millimeter)
    # Outside of full-page mode the device counts from the corner of its printable area.
    painter.translate(-inner.x() * dots_per_mm, -inner.y() * dots_per_mm)
    scale = min(1.0, (full.width() + 0.3) / page.width_mm, (full.height() + 0.3) / page.height_mm)
    if scale < 0.999:
        left = (full.width() - page.width_mm * scale) / 2 * dots_per_mm
        top = (full.height() - page.height_mm * scale) / 2 * dots_per_mm
        painter.translate(left, top)
    else:
        scale = 1.0
    painter.scale(scale * dots_per_mm / UNITS_PER_MM, scale * dots_per_mm / UNITS_PER_MM)


def prepare(device: QPagedPaintDevice, page: Page, paper_mm: tuple[float, float] | None = None) -> None:
    """Set a device to the paper a document was laid out for, without margins: the layout has its own.

    ``paper_mm`` is the size of other paper, which gets a reduced copy where it is smaller.
    """
    width_mm, height_mm = paper_mm or (page.width_mm, page.height_mm)
    size = QPageSize(
        QSizeF(min(width_mm, height_mm), max(width_mm, height_mm)),
        QPageSize.Unit.Millimeter,
        "",
        QPageSize.SizeMatchPolicy.FuzzyMatch,
    )
    landscape = page.width_mm > page.height_mm
    orientation = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    device.setPageLayout(QPageLayout(size, orientation, QMarginsF(), QPageLayout.Unit.Millimeter))


def write_pdf(
    document: Document,
    path: Path,
    page_range: range | None = None,
    progress: Progress | None = None,
    paper_mm: tuple[float, float] | None = None,
) -> None:
    """Write a PDF to ``path``, which is simply replaced: whoever calls decides where that is safe.

    ``paper_mm`` is the paper where it is not the document's own; smaller paper gets a reduced copy.
    The same document gives the same bytes.  The PDF names its title and this program, no person and no time; its text
    copies out as the text that was laid out.  Raises TargetInTheWay when the file cannot be written to its end.
    """
    load_bundled_fonts()
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly | QIODevice.OpenModeFlag.Truncate):
        raise _unwritable(path, file.errorString())
    writer = QPdfWriter(file)
    writer.setResolution(UNITS_PER_POINT * 72)
    writer.setTitle(document.title)
    writer.setCreator(PROGRAM)
    writer.setDocumentXmpMetadata(_xmp(document).encode())
    writer.setDocumentId(QUuid(str(uuid.uuid5(uuid.NAMESPACE_URL, f"{document.identity}/{document.title}"))))
    first = page_range[0] if page_range else 0
    prepare(writer, document.pages[first], paper_mm)
    log = GlyphLog()
    try:
        paint(document, writer, page_range, progress, log)
        flushed = file.flush()
    finally:
        file.close()
    if not flushed or file.error() != QFile.FileError.NoError:
        raise _unwritable(path, file.errorString())
    finish_pdf(path, document.made_on, log.texts)


def _xmp(document: Document) -> str:
    """Return the metadata packet: the title and this program.  Qt's own would carry the time of writing."""
    return (
        "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>"
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="{PROGRAM}">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(drawable(document.title))}</rdf:li></rdf:Alt></dc:title>'
        "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )


def _unwritable(path: Path, reason: str) -> TargetInTheWay:
    return TargetInTheWay(
        f"PDF を書き込めませんでした（{reason}）。",
        code="W-326",
        where=str(path),
        next_step="ディスクの空きと保存先を確かめて、もう一度書き出してください。",
    )


def picture(page: Page, dots_per_inch: float = 60.0) -> QImage:
    """Return a page as a picture, for tests and thumbnails."""
    load_bundled_fonts()
    dots_per_mm = dots_per_inch / 25.4
    image = QImage(round(page.width_mm * dots_per_mm), round(page.height_mm * dots_per_mm), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(dots_per_mm / UNITS_PER_MM, dots_per_mm / UNITS_PER_MM)
    PagePainter(painter).draw(page)
    painter.end()
    return image
